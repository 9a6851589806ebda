import { Select, SimpleGrid, Text } from '@mantine/core';
import { useBackendVersions } from '../../backends/queries.ts';
import { useHosts } from '../../hosts/queries.ts';
import { Section } from '../../parts/section.tsx';
import { RowsSkeleton } from '../../parts/skeletons.tsx';
import { customBackend } from './draft.ts';
import { TextField } from './fields.tsx';
import { useField, useForm } from './form-context.tsx';
import { parametersFor } from './parameters-for.ts';
import { type VersionChoice, versionChoices } from './version-choices.ts';

export function BackendSection() {
  const { draft, set, backends, backend } = useForm();
  const names = backends.map(({ backend_name }) => backend_name);
  const wiring = useField(
    '/backend_name',
    backend ? `Runs on ${backend.frameworks.join(', ')}.` : 'What serves the model.',
  );
  // One that was deleted meanwhile is still what the deployment names.
  const gone = draft.backend !== '' && draft.backend !== customBackend && !backend;

  function choose(name: string) {
    const chosen = backends.find(({ backend_name }) => backend_name === name);
    const parameters = parametersFor(
      draft.parameters,
      backend?.default_backend_param ?? [],
      chosen?.default_backend_param ?? [],
    );
    set({ backend: name, version: '', parameters });
  }

  return (
    <Section title="Backend">
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Select
          {...wiring}
          label="Backend"
          placeholder="Choose one"
          data={[
            { group: 'Backends', items: gone ? [...names, draft.backend] : names },
            {
              group: 'Without a backend',
              items: [{ value: customBackend, label: 'Custom: your own image' }],
            },
          ]}
          value={draft.backend === '' ? null : draft.backend}
          onChange={(next) => next !== null && next !== draft.backend && choose(next)}
          searchable
          allowDeselect={false}
          withAsterisk
          aria-required
          nothingFoundMessage="No backend has this name."
        />
        {backend && <VersionSelect name={backend.backend_name} />}
        {draft.backend === customBackend && (
          <TextField
            field="image_name"
            pointer="/image_name"
            label="Image"
            placeholder="registry/name:tag"
            description="The image each host pulls and runs."
            isRequired
          />
        )}
      </SimpleGrid>
      {draft.backend === customBackend && <CommandFields />}
    </Section>
  );
}

/** Also of a deployment with a backend, whose command they replace. */
export function CommandFields() {
  return (
    <>
      <TextField
        field="run_command"
        pointer="/run_command"
        label="Command"
        placeholder="serve {{model_path}} --port {{port}}"
        description="Placeholders such as {{model_path}}, {{port}} and {{worker_ip}} are filled in. Leave empty to keep the existing one."
      />
      <TextField
        field="entrypoint"
        pointer="/entrypoint"
        label="Entrypoint"
        description="Replaces the image's own."
      />
    </>
  );
}

function VersionSelect({ name }: { name: string }) {
  const { draft, set } = useForm();
  const versions = useBackendVersions(name);
  const hosts = useHosts();
  const wiring = useField(
    '/backend_version',
    'Leave empty for the best one for the host it is placed on.',
  );
  if (!versions.data || hosts.isPending) return <RowsSkeleton rows={1} />;
  const choices = versionChoices(versions.data, hosts.data ?? []);
  const items = (fits: boolean) =>
    choices
      .filter(({ why }) => (why === null) === fits)
      .map(({ version }) => ({ value: version, label: version }));
  return (
    <Select
      {...wiring}
      label="Version"
      placeholder="Automatic"
      data={[
        { group: 'Your hosts can run', items: items(true) },
        { group: 'None of your hosts can run', items: items(false) },
      ].filter((group) => group.items.length > 0)}
      renderOption={({ option }) => (
        <VersionOption choice={choices.find(({ version }) => version === option.value)} />
      )}
      value={draft.version === '' ? null : draft.version}
      onChange={(version) => set({ version: version ?? '' })}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': 'Choose automatically' }}
      maxDropdownHeight={320}
      nothingFoundMessage="This version does not exist."
    />
  );
}

function VersionOption({ choice }: { choice: VersionChoice | undefined }) {
  if (!choice) return null;
  const { version, framework, isDefault, isDeprecated, why } = choice;
  const marks = [
    framework,
    ...(isDefault ? ['default'] : []),
    ...(isDeprecated ? ['deprecated'] : []),
  ];
  return (
    <div>
      <Text size="sm">
        {version}{' '}
        <Text span size="xs" c="dimmed">
          {marks.join(', ')}
        </Text>
      </Text>
      {why && (
        <Text size="xs" c="dimmed">
          {why}
        </Text>
      )}
    </div>
  );
}
