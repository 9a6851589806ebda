import { SimpleGrid } from '@mantine/core';
import { Section } from '../../parts/section.tsx';
import { Choice } from './choice.tsx';
import { NumberField, TextField } from './fields.tsx';
import { useForm } from './form-context.tsx';

export function NameSection() {
  const { draft, isEdit } = useForm();
  return (
    <Section title="Name and size">
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextField
          field="name"
          pointer="/name"
          label="Name"
          placeholder="chat"
          description={
            isEdit
              ? 'It is kept for ever.'
              : 'Lower-case letters, digits and "-". It cannot be changed.'
          }
          isRequired
          disabled={isEdit}
        />
        <TextField
          field="model_name"
          pointer="/model_name"
          label="Served model name"
          placeholder={draft.name || 'as the deployment'}
          description="What clients call the model."
        />
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <NumberField
          field="replicas"
          pointer="/replicas"
          label="Replicas"
          description="How many instances are wanted."
          max={1000}
          isRequired
        />
      </SimpleGrid>
      <GpuFields />
    </Section>
  );
}

function GpuFields() {
  const { draft, set } = useForm();
  return (
    <>
      <Choice
        label="GPUs of each instance"
        pointer={draft.gpu === 'count' ? '/gpu' : '/gpu/count'}
        value={draft.gpu}
        options={[
          { value: 'auto', label: 'Automatic' },
          { value: 'none', label: 'None' },
          { value: 'count', label: 'Choose how many' },
        ]}
        onChange={(gpu) => set({ gpu })}
        description="Automatic: one where a host has one that the backend can use, else none."
      />
      {draft.gpu === 'count' && (
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <NumberField
            field="gpu_count"
            pointer="/gpu/count"
            label="How many"
            description="All on one host."
            min={1}
            max={64}
            isRequired
          />
          <NumberField
            field="gpu_memory_gib"
            pointer="/gpu/memory_bytes"
            label="Memory of each"
            placeholder="whole GPUs"
            description="A part of each, shared with others. Left out: whole ones."
            suffix=" GiB"
            allowDecimal
          />
        </SimpleGrid>
      )}
    </>
  );
}
