import { NumberInput, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Draft } from './draft.ts';
import { useField, useForm } from './form-context.tsx';

type KeyOf<Value> = {
  [Key in keyof Draft]: Draft[Key] extends Value
    ? string extends Draft[Key]
      ? Key
      : never
    : never;
}[keyof Draft];
type AmountKey = {
  [Key in keyof Draft]: number extends Draft[Key] ? Key : never;
}[keyof Draft];

interface Common {
  pointer: string;
  label: string;
  description?: ReactNode;
  placeholder?: string;
}

/** One line of text; names, paths and commands are set in the fixed face. */
export function TextField({
  field,
  pointer,
  description,
  isRequired = false,
  isPlain = false,
  ...rest
}: Common & { field: KeyOf<string>; isRequired?: boolean; isPlain?: boolean; disabled?: boolean }) {
  const { draft, set } = useForm();
  const wiring = useField(pointer, description);
  return (
    <TextInput
      {...rest}
      {...wiring}
      value={draft[field]}
      onChange={(event) => set({ [field]: event.currentTarget.value })}
      withAsterisk={isRequired}
      aria-required={isRequired}
      autoComplete="off"
      spellCheck={false}
      styles={isPlain ? {} : { input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
    />
  );
}

export function NumberField({
  field,
  pointer,
  description,
  isRequired = false,
  ...rest
}: Common & {
  field: AmountKey;
  isRequired?: boolean;
  suffix?: string;
  min?: number;
  max?: number;
  allowDecimal?: boolean;
}) {
  const { draft, set } = useForm();
  const wiring = useField(pointer, description);
  return (
    <NumberInput
      allowDecimal={false}
      allowNegative={false}
      min={0}
      {...rest}
      {...wiring}
      value={draft[field]}
      onChange={(value) => set({ [field]: typeof value === 'number' ? value : '' })}
      withAsterisk={isRequired}
      aria-required={isRequired}
    />
  );
}
