import { Input, SegmentedControl } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { useField } from './form-context.tsx';

/** One of a few, all of which are seen. */
export function Choice<Value extends string>({
  label,
  pointer,
  description,
  value,
  options,
  onChange,
}: {
  label: string;
  pointer: string;
  description?: ReactNode;
  value: Value;
  options: { value: Value; label: string }[];
  onChange: (value: Value) => void;
}) {
  const id = useId();
  const { 'data-pointer': at, ...wiring } = useField(pointer, description);
  return (
    <Input.Wrapper label={label} labelElement="div" labelProps={{ id }} {...wiring}>
      <SegmentedControl
        data={options}
        value={value}
        onChange={(next) => onChange(next as Value)} // one of the options
        aria-labelledby={id}
        data-pointer={at}
        display="flex"
        w="fit-content"
        maw="100%"
        mb={4}
      />
    </Input.Wrapper>
  );
}
