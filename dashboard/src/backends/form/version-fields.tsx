import { Autocomplete, MultiSelect, SimpleGrid, Stack, Switch } from '@mantine/core';
import type { VersionDraft } from '../definition/draft.ts';
import { architectures, frameworks } from '../definition/fields.ts';
import { useField } from './found-context.tsx';
import { TextField } from './text-field.tsx';
import { VariablesField } from './variables-field.tsx';

/** Every field of one version. */
export function VersionFields({
  version,
  set,
  place,
  defaults,
  isNameFixed = false,
}: {
  version: VersionDraft;
  set: (change: Partial<VersionDraft>) => void;
  /** Where it stands in what is sent, as a JSON Pointer. */
  place: string;
  /** What the backend gives to versions without their own. */
  defaults: { default_entrypoint: string; default_run_command: string };
  isNameFixed?: boolean;
}) {
  const framework = useField(
    `${place}/custom_framework`,
    'What the image is built for, or cpu if it needs no accelerator. Any other lower-case word is accepted too.',
  );
  const built = useField(
    `${place}/architectures`,
    'Processor architectures the image is built for. Leave empty for any.',
  );
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextField
          pointer={place}
          label="Version"
          placeholder="1.2.0"
          value={version.name}
          onChange={(name) => set({ name })}
          isRequired
          readOnly={isNameFixed}
          isFirst
        />
        <Autocomplete
          {...framework}
          label="Framework"
          placeholder="cuda"
          data={[...frameworks]}
          value={version.custom_framework}
          onChange={(custom_framework) => set({ custom_framework })}
          withAsterisk
          aria-required
        />
      </SimpleGrid>
      <TextField
        pointer={`${place}/image_name`}
        label="Image"
        placeholder="registry/name:tag"
        value={version.image_name}
        onChange={(image_name) => set({ image_name })}
        isRequired
      />
      <TextField
        pointer={`${place}/entrypoint`}
        label="Entrypoint"
        description={inherited(defaults.default_entrypoint, "the image's own")}
        placeholder={lineOf(defaults.default_entrypoint)}
        value={version.entrypoint}
        onChange={(entrypoint) => set({ entrypoint })}
        isLong={version.entrypoint.length > 60 || version.entrypoint.includes('\n')}
      />
      <TextField
        pointer={`${place}/run_command`}
        label="Command"
        description={inherited(defaults.default_run_command, "the image's own")}
        placeholder={lineOf(defaults.default_run_command)}
        value={version.run_command}
        onChange={(run_command) => set({ run_command })}
        isLong
      />
      <VariablesField
        label="Environment"
        description="Added to the backend's variables, and override them."
        pointer={`${place}/env`}
        rows={version.env}
        onChange={(env) => set({ env })}
      />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <MultiSelect
          {...built}
          label="Architectures"
          placeholder={version.architectures.length === 0 ? 'any' : ''}
          data={[...new Set([...architectures, ...version.architectures])]}
          value={version.architectures}
          onChange={(chosen) => set({ architectures: chosen })}
          clearable
        />
        <Switch
          mt={{ base: 0, sm: 28 }}
          label="Deprecated"
          description="Used only by deployments that name it."
          checked={version.deprecated}
          onChange={(event) => set({ deprecated: event.currentTarget.checked })}
        />
      </SimpleGrid>
    </Stack>
  );
}

function inherited(text: string, otherwise: string): string {
  return text.trim() === '' ? `Leave empty for ${otherwise}.` : "Leave empty for the backend's.";
}

/** A placeholder has one line. */
function lineOf(text: string): string | undefined {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  return line === '' ? undefined : line;
}
