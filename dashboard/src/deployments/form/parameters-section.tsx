import { ActionIcon, Autocomplete, Button, Group, Stack } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { WarningText } from '../../parts/key-value-rows.tsx';
import { type Parameter, toParameter } from './draft.ts';
import { useForm } from './form-context.tsx';
import { Section } from './section.tsx';

export function ParametersSection() {
  const { draft, set, backend } = useForm();
  const own = backend?.default_backend_param ?? [];
  const rows =
    draft.parameters ?? own.map((text, index): Parameter => ({ id: `own-${index}`, text }));
  const isOwn = draft.parameters === null;
  const list = useRef<HTMLDivElement>(null);
  const [added, setAdded] = useState<string | null>(null);
  useEffect(() => {
    if (added) list.current?.querySelector<HTMLElement>(`[data-row="${added}"] input`)?.focus();
  }, [added]);

  function add() {
    const row = toParameter('');
    set({ parameters: [...rows, row] });
    setAdded(row.id);
  }

  return (
    <Section
      title="Parameters"
      description={
        own.length > 0 && isOwn
          ? `Added to the command. These are the ones that ${backend?.backend_name} comes with.`
          : 'Added to the command, such as --max-model-len 16384.'
      }
    >
      <Stack gap="xs" ref={list}>
        {rows.map((row, index) => (
          <ParameterRow
            key={row.id}
            row={row}
            position={index + 1}
            // What is blank is not sent, and does not count.
            sentIndex={rows.slice(0, index).filter(({ text }) => text.trim() !== '').length}
            suggestions={backend?.common_parameters ?? []}
            change={(text) =>
              set({ parameters: rows.map((one) => (one.id === row.id ? { ...one, text } : one)) })
            }
            remove={() => {
              set({ parameters: rows.filter(({ id }) => id !== row.id) });
              list.current?.querySelector<HTMLElement>('[data-add]')?.focus();
            }}
          />
        ))}
        <Group gap="xs">
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlus size={14} />}
            onClick={add}
            data-add
          >
            Add a parameter
          </Button>
          {!isOwn && own.length > 0 && (
            <Button variant="subtle" size="xs" onClick={() => set({ parameters: null })}>
              Back to the backend's own
            </Button>
          )}
        </Group>
      </Stack>
    </Section>
  );
}

function ParameterRow({
  row,
  position,
  sentIndex,
  suggestions,
  change,
  remove,
}: {
  row: Parameter;
  position: number;
  sentIndex: number;
  suggestions: readonly string[];
  change: (text: string) => void;
  remove: () => void;
}) {
  const { errors, warnings } = useForm();
  const pointer = row.text.trim() === '' ? undefined : `/backend_parameters/${sentIndex}`;
  const warning = pointer && warnings.of.get(pointer)?.join(' ');
  return (
    <div data-row={row.id}>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <Autocomplete
          aria-label={`Parameter ${position}`}
          data={[...new Set(suggestions)]}
          value={row.text}
          onChange={change}
          data-pointer={pointer}
          error={pointer && errors.of.get(pointer)?.join(' ')}
          placeholder="--flag value"
          limit={40}
          maxDropdownHeight={240}
          flex={1}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        />
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={`Remove parameter ${position}`}
          onClick={remove}
        >
          <IconX size={16} />
        </ActionIcon>
      </Group>
      {warning && <WarningText text={warning} />}
    </div>
  );
}
