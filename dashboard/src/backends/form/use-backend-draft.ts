import { useEffect, useMemo, useRef, useState } from 'react';
import { isEqual } from '../../../../contract/differences.ts';
import { ApiError, type InputFault } from '../../api/problem.ts';
import { type Finding, isWithin } from '../../parts/findings.ts';
import { faultsOf, faultsOfNames, placesOf } from '../definition/check.ts';
import { type BackendDraft, definitionOf, draftOf, newVersionDraft } from '../definition/draft.ts';
import { readYaml } from '../definition/read-yaml.ts';
import { rewriteYaml } from '../definition/rewrite-yaml.ts';

export type View = 'form' | 'yaml';
type Refusal = Pick<InputFault, 'pointer' | 'detail' | 'line' | 'column'>;

const emptyText =
  '# {{model_path}}, {{port}} and others are filled in.\nbackend_name:\ndefault_run_command:\nversion_configs:\n';

function beginWith(text: string | null) {
  if (text !== null) return { draft: draftOf(readYaml(text).definition), text };
  return { draft: { ...draftOf({}), versions: [newVersionDraft()] }, text: emptyText };
}

/**
 * One draft of a definition, as a form or as text: what is shown is what counts, and the other is made of it when it is
 * asked for. `initial`: a definition in YAML; null: a new backend.
 */
export function useBackendDraft(initial: string | null) {
  const [state, setState] = useState(() => ({
    ...beginWith(initial),
    view: 'form' as View,
    losesNotes: false,
  }));
  const { draft, text, view } = state;
  const reading = useMemo(() => readYaml(text), [text]);
  const [opened, setOpened] = useState<ReadonlySet<string>>(
    () => new Set(initial ? [] : state.draft.versions.map(({ id }) => id)),
  );
  const [wasSent, setSent] = useState(false);
  const [refused, setRefused] = useState<Refusal[]>([]);
  const [focusWanted, wantFocus] = useState(0);
  const container = useRef<HTMLDivElement>(null);

  const ofText = view === 'yaml' ? draftOf(reading.definition) : draft;
  const own: Refusal[] = view === 'yaml' ? reading.problems : [];
  const isReadable = own.length === 0;
  const faults: Refusal[] = [
    ...own,
    // A text looks finished at any time: nothing may say that it is right while it is not.
    ...((wasSent || view === 'yaml') && isReadable ? faultsOf(ofText) : []),
    ...refused,
  ];

  useEffect(() => {
    if (focusWanted > 0) focusFirstWrong(container.current);
  }, [focusWanted]);

  function goTo(wrong: readonly Finding[]) {
    const places = placesOf(draft.versions);
    const folded = draft.versions.filter(({ id }) =>
      wrong.some(({ pointer }) => isWithin(pointer, places.get(id) ?? '')),
    );
    setOpened((before) => new Set([...before, ...folded.map(({ id }) => id)]));
    wantFocus((count) => count + 1);
  }

  return {
    view,
    draft,
    text,
    reading,
    faults,
    opened,
    setOpened,
    container,
    focusWanted,
    losesNotes: state.losesNotes,
    definition: view === 'form' ? definitionOf(draft) : reading.definition,

    set(change: Partial<BackendDraft>) {
      setState((before) => ({ ...before, draft: { ...before.draft, ...change } }));
      // What the control plane said was about what it was before.
      setRefused([]);
    },
    setText(next: string) {
      setState((before) => ({ ...before, text: next, losesNotes: false }));
      setRefused([]);
    },
    /** Begins anew, in the view that is shown. */
    replace(next: string) {
      setState((before) => ({ ...before, ...beginWith(next), losesNotes: false }));
      setRefused([]);
    },

    show(next: View) {
      if (next === view) return;
      if (next === 'form') {
        if (!isReadable) return;
        const shown = definitionOf(ofText);
        const isSame = isEqual(shown, definitionOf(draft));
        setState({ ...state, view: next, draft: isSame ? draft : ofText, losesNotes: false });
        return;
      }
      const lost = faultsOfNames(draft);
      if (lost.length > 0) {
        setRefused(lost);
        goTo(lost);
        return;
      }
      setState({ ...state, view: next, ...rewriteYaml(text, definitionOf(draft)) });
    },

    /** Whether nothing wrong is found here; else the first of it has the focus. */
    check(): boolean {
      setSent(true);
      const wrong = isReadable ? faultsOf(ofText) : own;
      if (wrong.length > 0) goTo(wrong);
      return wrong.length === 0;
    },
    /** Shows what the control plane refused at its place. False: it is about no place. */
    refuse(error: unknown): boolean {
      const wrong = refusalsOf(error);
      if (wrong.length === 0) return false;
      setRefused(wrong);
      goTo(wrong);
      return true;
    },
  };
}

/** Pointers of an empty path are about the whole, and stand in a notice. */
function refusalsOf(error: unknown): Refusal[] {
  if (!(error instanceof ApiError)) return [];
  const { code, detail, errors = [] } = error.problem;
  if (code === 'name_taken') return [{ pointer: '/backend_name', detail }];
  return errors.filter(({ pointer, line }) => pointer !== '' || line !== undefined);
}

function focusFirstWrong(container: HTMLElement | null): void {
  const wrong = container?.querySelector<HTMLElement>('[data-pointer][aria-invalid="true"]');
  wrong?.focus();
}
