import type { ReactNode } from 'react';
import { EmptyState } from '../parts/empty-state.tsx';
import { useMay } from './who-am-i.ts';

/** What is in it is for those who may change `what`; others are told who may. */
export function OperatorsOnly({ what, children }: { what: string; children: ReactNode }) {
  if (useMay('operator')) return children;
  return (
    <EmptyState title="You have view-only access">
      Only operators and administrators can change {what}. Ask one of them.
    </EmptyState>
  );
}
