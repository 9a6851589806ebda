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
              ? 'It cannot be changed.'
              : 'Lower-case letters, digits and "-". It cannot be changed later.'
          }
          isRequired
          disabled={isEdit}
        />
        <TextField
          field="model_name"
          pointer="/model_name"
          label="Served model name"
          placeholder={draft.name || 'same as the deployment'}
          description="What clients call the model."
        />
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <NumberField
          field="replicas"
          pointer="/replicas"
          label="Replicas"
          description="How many instances to run."
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
        label="GPUs per instance"
        pointer={draft.gpu === 'count' ? '/gpu' : '/gpu/count'}
        value={draft.gpu}
        options={[
          { value: 'auto', label: 'Automatic' },
          { value: 'none', label: 'None' },
          { value: 'count', label: 'Choose how many' },
        ]}
        onChange={(gpu) => set({ gpu })}
        description="Automatic: one if the host has a GPU that the backend can use, otherwise none."
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
            label="Memory per GPU"
            placeholder="whole GPUs"
            description="Takes part of each GPU and leaves the rest to others. Leave empty for whole GPUs."
            suffix=" GiB"
            allowDecimal
          />
        </SimpleGrid>
      )}
    </>
  );
}
