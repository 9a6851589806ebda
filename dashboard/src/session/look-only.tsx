import { Alert, Box } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { EmptyState } from '../parts/empty-state.tsx';
import { AskAnAdmin } from './ask-an-admin.tsx';
import { useMay } from './who-am-i.ts';

/** Above what everybody may read and only administrators change: says so to everybody else. */
export function LookOnly({ children }: { children: ReactNode }) {
  if (useMay('admin')) return null;
  return (
    <Alert variant="default" icon={<IconLock aria-hidden />} title="You have view-only access">
      <AskAnAdmin>{children}</AskAnAdmin>
    </Alert>
  );
}

/** In the place of what only administrators may read. */
export function AdminsOnly({ children }: { children: ReactNode }) {
  return (
    <EmptyState title="Administrators only">
      <Box ta="left">
        <AskAnAdmin>{children}</AskAnAdmin>
      </Box>
    </EmptyState>
  );
}
