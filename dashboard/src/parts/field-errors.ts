import { useEffect, useRef } from 'react';
import { ApiError } from '../api/problem.ts';

/** What was refused of the field at this pointer. */
export type ErrorOf = (pointer: string) => string | undefined;

/**
 * Where a refusal is shown: at the `fields` that its pointers name, the first of which gets the focus, or else in a
 * notice (`rest`).
 */
export function useFieldErrors(fault: Error | null, fields: readonly string[]) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (fault === null) return;
    form.current?.querySelector<HTMLElement>('[data-pointer][aria-invalid="true"]')?.focus();
  }, [fault]);
  const errors = fault instanceof ApiError ? (fault.problem.errors ?? []) : [];
  const isOfFields = errors.length > 0 && errors.every(({ pointer }) => fields.includes(pointer));
  const errorOf: ErrorOf = (pointer) => {
    const details = errors.filter((error) => error.pointer === pointer);
    return details.length === 0 ? undefined : details.map(({ detail }) => detail).join(' ');
  };
  return { form, errorOf, rest: isOfFields ? null : fault };
}
