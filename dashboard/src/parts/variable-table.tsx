import { Table, Text } from '@mantine/core';

/** Environment variables, and where each comes from. */
export function VariableTable({
  rows,
}: {
  rows: readonly { name: string; value: string; source?: string }[];
}) {
  if (rows.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        None set.
      </Text>
    );
  }
  return (
    <Table aria-label="Environment" verticalSpacing={4} horizontalSpacing={4} layout="fixed">
      <Table.Tbody>
        {rows.map(({ name, value, source }) => (
          <Table.Tr key={name}>
            <Table.Td className="mono" fz="xs" style={{ overflowWrap: 'anywhere' }}>
              {name}={value}
            </Table.Td>
            {source !== undefined && (
              <Table.Td w={76} fz="xs" ta="right">
                {source}
              </Table.Td>
            )}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
