import { Input, SegmentedControl, Select, SimpleGrid, Stack, TagsInput } from '@mantine/core';
import { useId } from 'react';
import { Section } from '../../parts/section.tsx';
import { TextRows } from '../../parts/text-rows.tsx';
import { placesOf } from '../definition/check.ts';
import type { BackendDraft } from '../definition/draft.ts';
import { useField, useFound } from './found-context.tsx';
import { IconField } from './icon-field.tsx';
import { TextField } from './text-field.tsx';
import { VariablesField } from './variables-field.tsx';
import { VersionList } from './version-list.tsx';

export interface FieldsProps {
  draft: BackendDraft;
  set: (change: Partial<BackendDraft>) => void;
  opened: ReadonlySet<string>;
  setOpened: (ids: ReadonlySet<string>) => void;
  builtIn: readonly string[];
  /** Of an existing backend: its name stays. */
  isEdit: boolean;
}

/** Every field of a definition. */
export function BackendFields({ draft, set, opened, setOpened, builtIn, isEdit }: FieldsProps) {
  return (
    <Stack gap={40}>
      <Section title="About">
        <TextField
          pointer="/backend_name"
          label="Name"
          description={
            isEdit
              ? 'It cannot be changed.'
              : 'Letters, digits, ".", "_" and "-". It cannot be changed later.'
          }
          placeholder="my-engine"
          value={draft.backend_name}
          onChange={(backend_name) => set({ backend_name })}
          isRequired
          readOnly={isEdit}
        />
        <TextField
          pointer="/description"
          label="Description"
          value={draft.description}
          onChange={(description) => set({ description })}
          isPlain
          isLong
        />
        <IconField name={draft.backend_name} icon={draft.icon} set={(icon) => set({ icon })} />
      </Section>
      <Section
        title="Versions"
        description="Each version is an image for one kind of accelerator. Anything it leaves out comes from the backend."
      >
        <VersionList
          draft={draft}
          set={set}
          places={placesOf(draft.versions)}
          opened={opened}
          setOpened={setOpened}
          builtIn={builtIn}
        />
        <DefaultVersion draft={draft} set={set} />
      </Section>
      <Section
        title="Command"
        description="Used by versions without their own. {{model_path}}, {{port}}, {{worker_ip}} and others are filled in; no shell is involved."
      >
        <TextField
          pointer="/default_run_command"
          label="Default command"
          placeholder="serve {{model_path}} --host {{worker_ip}} --port {{port}}"
          value={draft.default_run_command}
          onChange={(default_run_command) => set({ default_run_command })}
          isLong
        />
        <TextField
          pointer="/default_entrypoint"
          label="Default entrypoint"
          description="Replaces the image's entrypoint. Leave empty to keep it."
          value={draft.default_entrypoint}
          onChange={(default_entrypoint) => set({ default_entrypoint })}
          isLong={draft.default_entrypoint.length > 60 || draft.default_entrypoint.includes('\n')}
        />
        <TextField
          pointer="/health_check_path"
          label="Health check path"
          placeholder="/v1/models"
          description="A 2xx response means ready. Choose a path that responds only once the model is loaded."
          value={draft.health_check_path}
          onChange={(health_check_path) => set({ health_check_path })}
        />
        <VariablesField
          label="Environment"
          description="Variables for every version; commands can use them as {{NAME}}."
          pointer="/default_env"
          rows={draft.default_env}
          onChange={(default_env) => set({ default_env })}
        />
      </Section>
      <Parameters draft={draft} set={set} />
    </Stack>
  );
}

function DefaultVersion({ draft, set }: Pick<FieldsProps, 'draft' | 'set'>) {
  const wiring = useField(
    '/default_version',
    'Used wherever it fits. Leave empty for the highest that fits.',
  );
  const names = draft.versions.map(({ name }) => name.trim()).filter((name) => name !== '');
  const chosen = draft.default_version;
  return (
    <Select
      {...wiring}
      label="Default version"
      placeholder="Highest"
      data={[...new Set(chosen === '' ? names : [...names, chosen])]}
      value={chosen === '' ? null : chosen}
      onChange={(version) => set({ default_version: version ?? '' })}
      clearable
      clearButtonProps={{ 'aria-label': 'No default version' }}
      searchable
      maw={360}
    />
  );
}

function Parameters({ draft, set }: Pick<FieldsProps, 'draft' | 'set'>) {
  const { errors, warnings } = useFound();
  const common = useField('/common_parameters', 'Offered as people type a parameter.');
  const { 'data-pointer': at, ...format } = useField(
    '/parameter_format',
    'How a parameter with one value is written.',
  );
  const formatId = useId();
  return (
    <Section
      title="Parameters"
      description="Parameters are appended to the command. These apply to deployments that set none."
    >
      <TextRows
        what="parameter"
        rows={draft.default_backend_param}
        onChange={(default_backend_param) => set({ default_backend_param })}
        pointerOf={(index) => `/default_backend_param/${index}`}
        errorOf={(pointer) => errors.get(pointer)?.join(' ')}
        warningOf={(pointer) => warnings.get(pointer)?.join(' ')}
        suggestions={draft.common_parameters}
        placeholder="--flag value"
      />
      <SimpleGrid cols={{ base: 1, sm: 2 }} mt="xs">
        <TagsInput
          {...common}
          label="Suggestions"
          placeholder="--max-model-len"
          value={draft.common_parameters}
          onChange={(common_parameters) => set({ common_parameters })}
          splitChars={['\n', ',']}
          clearable
        />
        <Input.Wrapper label="Format" labelElement="div" labelProps={{ id: formatId }} {...format}>
          <SegmentedControl
            aria-labelledby={formatId}
            data-pointer={at}
            data={[
              { value: '', label: 'As typed' },
              { value: 'space', label: '--a 1' },
              { value: 'equal', label: '--a=1' },
            ]}
            value={draft.parameter_format}
            onChange={
              (value) => set({ parameter_format: value as BackendDraft['parameter_format'] }) // one of the above
            }
            display="flex"
            w="fit-content"
            mb={4}
          />
        </Input.Wrapper>
      </SimpleGrid>
    </Section>
  );
}
