import { ActionIcon, Autocomplete, Button, Group, Stack } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { WarningText } from './key-value-rows.tsx';
import { newKey } from './new-key.ts';

export interface TextRow {
  id: string;
  text: string;
}

/** A list of short texts as rows that can be added and taken away. */
export function TextRows({
  what,
  rows,
  onChange,
  pointerOf,
  errorOf = () => undefined,
  warningOf = () => undefined,
  suggestions = [],
  placeholder,
  besideAdd,
}: {
  /** What one row is: "parameter". */
  what: string;
  rows: readonly TextRow[];
  onChange: (rows: TextRow[]) => void;
  /** Where the row with this index stands in what is sent; blank rows are not sent, and do not count. */
  pointerOf: (index: number) => string;
  errorOf?: (pointer: string) => string | undefined;
  warningOf?: (pointer: string) => string | undefined;
  suggestions?: readonly string[];
  placeholder?: string;
  besideAdd?: ReactNode;
}) {
  const list = useRef<HTMLDivElement>(null);
  const [added, setAdded] = useState<string | null>(null);
  useEffect(() => {
    if (added) list.current?.querySelector<HTMLElement>(`[data-row="${added}"] input`)?.focus();
  }, [added]);

  function add() {
    const id = newKey();
    onChange([...rows, { id, text: '' }]);
    setAdded(id);
  }

  return (
    <Stack gap="xs" ref={list}>
      {rows.map((row, index) => {
        const sentIndex = rows.slice(0, index).filter(({ text }) => text.trim() !== '').length;
        const pointer = row.text.trim() === '' ? undefined : pointerOf(sentIndex);
        const warning = pointer && warningOf(pointer);
        return (
          <div key={row.id} data-row={row.id}>
            <Group gap="xs" wrap="nowrap" align="flex-start">
              <Autocomplete
                aria-label={`${capitalised(what)} ${index + 1}`}
                data={[...new Set(suggestions)]}
                value={row.text}
                onChange={(text) =>
                  onChange(rows.map((one) => (one.id === row.id ? { ...one, text } : one)))
                }
                data-pointer={pointer}
                error={pointer && errorOf(pointer)}
                placeholder={placeholder}
                limit={40}
                maxDropdownHeight={240}
                flex={1}
                styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                aria-label={`Remove ${what} ${index + 1}`}
                onClick={() => {
                  onChange(rows.filter(({ id }) => id !== row.id));
                  list.current?.querySelector<HTMLElement>('[data-add]')?.focus();
                }}
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

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
