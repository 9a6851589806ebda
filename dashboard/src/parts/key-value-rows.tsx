import { ActionIcon, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { newKey } from './new-key.ts';

export interface Pair {
  id: string;
  key: string;
  value: string;
}

/** Names and values as rows that can be added and taken away. */
export function KeyValueRows({
  what,
  rows,
  onChange,
  pointerOf,
  errorOf = () => undefined,
  warningOf = () => undefined,
  keyPlaceholder,
  valuePlaceholder,
}: {
  /** What one row is: "variable". */
  what: string;
  rows: readonly Pair[];
  onChange: (rows: Pair[]) => void;
  /** Where a row with this name stands in what is sent. */
  pointerOf: (key: string) => string;
  errorOf?: (pointer: string) => string | undefined;
  warningOf?: (pointer: string) => string | undefined;
  keyPlaceholder?: string;
  valuePlaceholder?: string;
}) {
  const list = useRef<HTMLDivElement>(null);
  const [added, setAdded] = useState<string | null>(null);
  useEffect(() => {
    if (added) list.current?.querySelector<HTMLElement>(`[data-row="${added}"] input`)?.focus();
  }, [added]);

  function add() {
    const id = newKey();
    onChange([...rows, { id, key: '', value: '' }]);
    setAdded(id);
  }

  function change(id: string, part: Partial<Pair>) {
    onChange(rows.map((row) => (row.id === id ? { ...row, ...part } : row)));
  }

  return (
    <Stack gap="xs" ref={list}>
      {rows.map((row, index) => {
        const pointer = pointerOf(row.key.trim());
        const warning = warningOf(pointer);
        const position = `${what} ${index + 1}`;
        return (
          <div key={row.id} data-row={row.id}>
            <Group gap="xs" wrap="nowrap" align="flex-start">
              <TextInput
                aria-label={`Name of ${position}`}
                placeholder={keyPlaceholder}
                value={row.key}
                onChange={(event) => change(row.id, { key: event.currentTarget.value })}
                data-pointer={pointer}
                error={errorOf(pointer)}
                styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
                autoComplete="off"
                spellCheck={false}
                flex={2}
              />
              <TextInput
                aria-label={`Value of ${position}`}
                placeholder={valuePlaceholder}
                value={row.value}
                onChange={(event) => change(row.id, { value: event.currentTarget.value })}
                styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
                autoComplete="off"
                spellCheck={false}
                flex={3}
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                aria-label={`Remove ${position}`}
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
      <Button
        variant="default"
        size="xs"
        leftSection={<IconPlus size={14} />}
        onClick={add}
        w="fit-content"
        data-add
      >
        Add a {what}
      </Button>
    </Stack>
  );
}

/** Not wrong, but probably not meant. A word and a colour. */
export function WarningText({ text }: { text: string }) {
  return (
    <Text
      size="xs"
      mt={4}
      span
      display="block"
      c="light-dark(var(--mantine-color-orange-9), var(--mantine-color-orange-3))"
      style={{ overflowWrap: 'anywhere' }}
    >
      Warning: {text}
    </Text>
  );
}
