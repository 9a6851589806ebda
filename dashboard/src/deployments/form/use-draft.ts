import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError } from '../../api/problem.ts';
import type { Finding, Findings } from '../../parts/findings.ts';
import { faultsOf } from './check.ts';
import type { Draft } from './draft.ts';
import { fieldAt, isAdvanced } from './field-at.ts';

/** A problem's faults; where it names none, but its code is about one field, that one. */
export function faultsOfProblem(error: unknown): Finding[] {
  if (!(error instanceof ApiError)) return [];
  const { code, detail, errors = [] } = error.problem;
  if (errors.length > 0) return errors;
  return code === 'name_taken' ? [{ pointer: '/name', detail }] : [];
}

/** True where a field of the form can show something of it. */
export function concernsFields(error: unknown): boolean {
  return faultsOfProblem(error).some(({ pointer }) => fieldAt(pointer) !== null);
}

/** A draft that is being edited, what is wrong with it since it was sent, and the way to the first wrong field. */
export function useDraft(initial: Draft) {
  const [draft, setDraft] = useState(initial);
  const [wasSent, setSent] = useState(false);
  const [refused, setRefused] = useState<Finding[]>([]);
  const [isOpen, setOpen] = useState(false);
  const [focusWanted, wantFocus] = useState(0);
  const form = useRef<HTMLFormElement>(null);

  const set = useCallback((change: Partial<Draft>) => {
    setDraft((before) => ({ ...before, ...change }));
    // What the control plane said was about what it was before.
    setRefused([]);
  }, []);

  const own = wasSent ? faultsOf(draft) : [];
  const faults = [...own, ...refused];
  const shown = useRef<Findings | null>(null);

  useEffect(() => {
    if (focusWanted === 0) return;
    const fields = form.current?.querySelectorAll<HTMLElement>('[data-pointer]') ?? [];
    const wrong = [...fields].find((field) => shown.current?.of.has(field.dataset.pointer ?? ''));
    const input = wrong?.matches('input, textarea') ? wrong : wrong?.querySelector('input');
    input?.focus();
  }, [focusWanted]);

  function goToFirst(wrong: readonly Finding[]) {
    if (wrong.some(({ pointer }) => isAdvanced(fieldAt(pointer) ?? '', draft))) setOpen(true);
    wantFocus((count) => count + 1);
  }

  return {
    draft,
    set,
    setDraft,
    form,
    faults,
    shown,
    isOpen,
    setOpen,
    /** Whether the form itself finds nothing wrong; else the first wrong field has the focus. */
    check(): boolean {
      setSent(true);
      const wrong = faultsOf(draft);
      if (wrong.length > 0) goToFirst(wrong);
      return wrong.length === 0;
    },
    /** Shows what was refused on its fields, and goes to the first. */
    refuse(error: unknown) {
      const wrong = faultsOfProblem(error);
      setRefused(wrong);
      goToFirst(wrong);
    },
  };
}
