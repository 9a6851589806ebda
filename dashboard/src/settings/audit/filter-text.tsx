import { Autocomplete } from '@mantine/core';
import { useWhole } from './use-whole.ts';

export function FilterText({
  label,
  placeholder,
  value,
  onChange,
  suggestions,
}: {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
  suggestions: readonly string[];
}) {
  const { draft, setDraft, take, taking } = useWhole(value, onChange);
  return (
    <Autocomplete
      label={label}
      placeholder={placeholder}
      data={[...suggestions]}
      value={draft}
      onChange={setDraft}
      onOptionSubmit={take}
      {...taking}
      autoComplete="off"
      spellCheck={false}
    />
  );
}
