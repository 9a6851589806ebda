import type { ReactNode } from 'react';
import { WarningText } from './warning-text.tsx';

/** What was found, in words, by the JSON Pointer of the field that it is about. */
export type Found = ReadonlyMap<string, readonly string[]>;

/** What every field of a form shares: where its value goes, what is wrong or dubious, and what it is for. */
export function fieldWiring({
  pointer,
  description,
  errors,
  warnings,
}: {
  pointer: string;
  description?: ReactNode;
  errors: Found;
  warnings: Found;
}) {
  const warning = warnings.get(pointer)?.join(' ');
  const shown = warning ? (
    <>
      {description}
      <WarningText text={warning} />
    </>
  ) : (
    description
  );
  return {
    'data-pointer': pointer,
    error: errors.get(pointer)?.join(' '),
    ...(shown === undefined ? {} : { description: shown }),
    inputWrapperOrder: wrapperOrder,
  };
}

/** What a field is for stands below it, so that fields side by side are in line. */
const wrapperOrder: ('label' | 'input' | 'description' | 'error')[] = [
  'label',
  'input',
  'description',
  'error',
];
