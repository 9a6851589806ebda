import { TextInput } from '@mantine/core';
import { fromInput, toInput } from './moments.ts';
import { useWhole } from './use-whole.ts';

export function FilterMoment({
  label,
  value,
  onChange,
}: {
  label: string;
  /** In UTC, as the API has it. */
  value: string;
  onChange: (moment: string) => void;
}) {
  const { draft, setDraft, taking } = useWhole(toInput(value), (text) => onChange(fromInput(text)));
  return (
    <TextInput
      type="datetime-local"
      label={label}
      value={draft}
      onChange={(event) => setDraft(event.currentTarget.value)}
      {...taking}
    />
  );
}
