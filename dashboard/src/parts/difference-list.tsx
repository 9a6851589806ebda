import { Code, Stack, Table, Text } from '@mantine/core';

/** As `contract/common.ts` has it of two revisions, and `contract/differences.ts` of any two objects. */
export interface ShownDifference {
  pointer: string;
  change: 'added' | 'removed' | 'changed';
  before?: unknown;
  after?: unknown;
}

/** What changes, field by field: what it was, and what it is. A sign and a word, not a colour alone. */
export function DifferenceList({ differences }: { differences: readonly ShownDifference[] }) {
  if (differences.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        No differences.
      </Text>
    );
  }
  return (
    <Table aria-label="Differences" verticalSpacing={6} layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th w="36%">Field</Table.Th>
          <Table.Th>Before and after</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {differences.map(({ pointer, change, before, after }) => (
          <Table.Tr key={pointer}>
            <Table.Td style={{ verticalAlign: 'top', overflowWrap: 'anywhere' }}>
              <Code>{pointer.slice(1).replaceAll('/', ' / ')}</Code>
            </Table.Td>
            <Table.Td>
              <Stack gap={2}>
                {change !== 'added' && <Side sign="−" word="before" value={before} />}
                {change !== 'removed' && <Side sign="+" word="after" value={after} />}
              </Stack>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Side({ sign, word, value }: { sign: string; word: string; value: unknown }) {
  const color = word === 'before' ? 'red' : 'teal';
  return (
    <Text
      size="xs"
      className="mono"
      px={6}
      py={2}
      style={{
        borderRadius: 4,
        overflowWrap: 'anywhere',
        whiteSpace: 'pre-wrap',
        background: `light-dark(var(--mantine-color-${color}-0), color-mix(in srgb, var(--mantine-color-${color}-9) 30%, transparent))`,
      }}
    >
      <span role="img" aria-label={word}>
        {sign}
      </span>{' '}
      {asText(value)}
    </Text>
  );
}

function asText(value: unknown): string {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
    return value.length === 0 ? '(empty list)' : value.join('\n  ');
  }
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}
