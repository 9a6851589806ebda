import { Anchor } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';
import { Link } from 'wouter';

/** Leads away from the toast `id`, which has done its duty then. */
export function ToastLink({
  id,
  path,
  children,
}: {
  id: string;
  path: string;
  children: ReactNode;
}) {
  return (
    <Anchor
      component={Link}
      href={path}
      size="sm"
      // The colour of links is too pale on a toast.
      c="var(--mantine-color-text)"
      underline="always"
      onClick={() => notifications.hide(id)}
    >
      {children}
    </Anchor>
  );
}
