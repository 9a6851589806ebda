import { Stack } from '@mantine/core';
import type { Backend, BackendVersion } from '../../../../contract/backend.ts';
import { CommandBlock } from '../../parts/command-block.tsx';
import { NamedValue } from '../../parts/named-value.tsx';
import { VariableTable } from '../../parts/variable-table.tsx';
import { definitionOfBackend } from '../definition/of-backend.ts';
import { LaunchedCommand } from '../form/launched-command.tsx';

/** What a version runs: its own texts or the backend's, and the command that comes of them. */
export function VersionDetail({ backend, version }: { backend: Backend; version: BackendVersion }) {
  const own = version.run_command ?? '';
  const command = own.trim() === '' ? (backend.default_run_command ?? '') : own;
  const entrypoint = version.entrypoint ?? backend.default_entrypoint ?? '';
  const variables = [
    ...rowsOf(backend.default_env, 'backend', version.env),
    ...rowsOf(version.env, 'version'),
  ];
  return (
    <Stack gap="sm" py="xs">
      <NamedValue
        name="Entrypoint"
        note={entrypoint === '' ? undefined : sourceOf(version.entrypoint)}
      >
        <CommandBlock text={entrypoint || "(the image's own)"} what="the entrypoint" />
      </NamedValue>
      <NamedValue name="Command" note={command === '' ? undefined : sourceOf(version.run_command)}>
        <CommandBlock text={command.trimEnd() || "(the image's own)"} what="the command" />
      </NamedValue>
      <NamedValue name="Environment">
        <VariableTable rows={variables} />
      </NamedValue>
      {version.architectures && (
        <NamedValue name="Architectures">{version.architectures.join(', ')}</NamedValue>
      )}
      <NamedValue name="What it launches">
        <LaunchedCommand definition={definitionOfBackend(backend)} version={version.version} />
      </NamedValue>
    </Stack>
  );
}

function sourceOf(own: string | undefined): string {
  return own === undefined ? "the backend's" : "this version's own";
}

function rowsOf(
  env: Record<string, string> = {},
  source: string,
  wins: Record<string, string> = {},
): { name: string; value: string; source: string }[] {
  return Object.entries(env)
    .filter(([name]) => !Object.hasOwn(wins, name))
    .map(([name, value]) => ({ name, value, source }));
}
