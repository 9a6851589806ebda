import { Group, SimpleGrid, Stack, Text } from '@mantine/core';
import type { Backend } from '../../../../contract/backend.ts';
import { CommandBlock } from '../../parts/command-block.tsx';
import { NamedValue } from '../../parts/named-value.tsx';
import { RelativeTime } from '../../parts/relative-time.tsx';
import { VariableTable } from '../../parts/variable-table.tsx';

/** What versions and deployments get that say nothing else. */
export function Defaults({ backend }: { backend: Backend }) {
  const variables = Object.entries(backend.default_env ?? {}).map(([name, value]) => ({
    name,
    value,
  }));
  return (
    <Stack gap="md" maw={820}>
      <NamedValue name="Command">
        <CommandBlock
          text={backend.default_run_command?.trimEnd() || "(the image's own)"}
          what="the default command"
        />
      </NamedValue>
      <NamedValue name="Entrypoint">
        <CommandBlock
          text={backend.default_entrypoint?.trimEnd() || "(the image's own)"}
          what="the default entrypoint"
        />
      </NamedValue>
      <NamedValue name="Environment">
        <VariableTable rows={variables} />
      </NamedValue>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <NamedValue name="Default version">
          {backend.default_version ?? 'The highest that fits'}
        </NamedValue>
        <NamedValue name="Health check path">
          <Text size="sm" className="mono">
            {backend.health_check_path}
          </Text>
        </NamedValue>
        <NamedValue name="Parameters for deployments that set none">
          <Words words={backend.default_backend_param} />
        </NamedValue>
        <NamedValue name="Parameter format">{formats[backend.parameter_format ?? '']}</NamedValue>
      </SimpleGrid>
      <NamedValue name="Suggested parameters">
        <Words words={backend.common_parameters} />
      </NamedValue>
      {backend.updated_at !== null && (
        <Text size="xs" c="dimmed">
          Revision {backend.revision}, changed <RelativeTime time={backend.updated_at} />
        </Text>
      )}
    </Stack>
  );
}

const formats: Record<'' | 'space' | 'equal', string> = {
  '': 'As typed',
  space: '--name value',
  equal: '--name=value',
};

function Words({ words = [] }: { words?: readonly string[] | undefined }) {
  if (words.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        None.
      </Text>
    );
  }
  return (
    <Group gap="xs">
      {words.map((word) => (
        <Text key={word} size="sm" className="mono" style={{ overflowWrap: 'anywhere' }}>
          {word}
        </Text>
      ))}
    </Group>
  );
}
