import { Button } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { Link } from 'wouter';
import { EmptyState } from './empty-state.tsx';

/** Where one looks for what is not there. */
export interface WayBack {
  label: string;
  path: string;
}

const toDeployments: WayBack = { label: 'Go to deployments', path: '/deployments' };

/** In the place of what is not there: `what` is it in words, and `back` leads to its like. */
export function NotFound({ what, back = toDeployments }: { what?: string; back?: WayBack }) {
  const title = what === undefined ? 'Page not found' : `There is no ${what}`;
  useDocumentTitle(`${title} · Longshore`);
  return (
    <EmptyState
      title={title}
      action={
        <Button component={Link} href={back.path} mt="sm">
          {back.label}
        </Button>
      }
    >
      The address may be out of date, or what it showed has been deleted.
    </EmptyState>
  );
}
