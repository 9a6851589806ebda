import { ActionIcon, Button, Group, Stack } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { newKey } from './new-key.ts';
import { WarningText } from './warning-text.tsx';

/** What is typed into a row is code. */
export const rowStyles = { input: { fontFamily: 'var(--mantine-font-family-monospace)' } };

/** Rows of fields that can be added and taken away. A new one gets the focus, and after one is gone the button has it. */
export function Rows<Row extends { id: string }>({
  what,
  rows,
  onChange,
  empty,
  warningOf,
  besideAdd,
  children,
}: {
  /** What one row is: "variable". */
  what: string;
  rows: readonly Row[];
  onChange: (rows: Row[]) => void;
  /** A row that holds nothing yet. */
  empty: (id: string) => Row;
  warningOf: (row: Row, index: number) => string | undefined;
  besideAdd?: ReactNode;
  /** The fields of a row; `change` takes what is new in it. */
  children: (row: Row, index: number, change: (part: Partial<Row>) => void) => ReactNode;
}) {
  const list = useRef<HTMLDivElement>(null);
  const [added, setAdded] = useState<string | null>(null);
  useEffect(() => {
    if (added) list.current?.querySelector<HTMLElement>(`[data-row="${added}"] input`)?.focus();
  }, [added]);

  function add() {
    const id = newKey();
    onChange([...rows, empty(id)]);
    setAdded(id);
  }

  function remove(row: Row) {
    onChange(rows.filter(({ id }) => id !== row.id));
    list.current?.querySelector<HTMLElement>('[data-add]')?.focus();
  }

  return (
    <Stack gap="xs" ref={list}>
      {rows.map((row, index) => {
        const warning = warningOf(row, index);
        return (
          <div key={row.id} data-row={row.id}>
            <Group gap="xs" wrap="nowrap" align="flex-start">
              {children(row, index, (part) =>
                onChange(rows.map((one) => (one.id === row.id ? { ...one, ...part } : one))),
              )}
              <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                aria-label={`Remove ${what} ${index + 1}`}
                onClick={() => remove(row)}
              >
                <IconX size={16} />
              </ActionIcon>
            </Group>
            {warning && <WarningText text={warning} />}
          </div>
        );
      })}
      <Group gap="xs">
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} />}
          onClick={add}
          data-add
        >
          Add a {what}
        </Button>
        {besideAdd}
      </Group>
    </Stack>
  );
}
