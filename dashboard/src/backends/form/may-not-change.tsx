import type { ReactNode } from 'react';
import { EmptyState } from '../../parts/empty-state.tsx';
import { useMay } from '../../session/who-am-i.ts';

/** What is in it is for those who may change backends; others are told who may. */
export function MayNotChange({ children }: { children: ReactNode }) {
  if (useMay('operator')) return children;
  return (
    <EmptyState title="You may look, and not change">
      Operators and administrators of the organisation change backends. Ask one of them.
    </EmptyState>
  );
}
