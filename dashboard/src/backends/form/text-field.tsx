import { Textarea, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useField } from './found-context.tsx';

/** One text. Names and commands are set in the fixed face; `isLong` lets it have several lines. */
export function TextField({
  pointer,
  description,
  isRequired = false,
  isPlain = false,
  isLong = false,
  isFirst = false,
  onChange,
  ...rest
}: {
  pointer: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
  description?: ReactNode;
  placeholder?: string | undefined;
  isRequired?: boolean;
  isPlain?: boolean;
  isLong?: boolean;
  /** It can be read and copied, not changed. */
  readOnly?: boolean;
  /** Of a dialog: where typing begins. */
  isFirst?: boolean;
}) {
  const shared = {
    ...rest,
    ...useField(pointer, description),
    withAsterisk: isRequired,
    'aria-required': isRequired,
    autoComplete: 'off',
    spellCheck: isPlain,
    'data-autofocus': isFirst || undefined,
    styles: isPlain ? {} : { input: { fontFamily: 'var(--mantine-font-family-monospace)' } },
  };
  if (isLong) {
    return (
      <Textarea
        {...shared}
        autosize
        minRows={2}
        maxRows={16}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  return <TextInput {...shared} onChange={(event) => onChange(event.currentTarget.value)} />;
}
