import { Button } from '@mantine/core';
import { Link } from 'wouter';
import { EmptyState } from './empty-state.tsx';

export function NotFound() {
  return (
    <EmptyState
      title="There is nothing here"
      action={
        <Button component={Link} href="/deployments" mt="sm">
          To the deployments
        </Button>
      }
    >
      The address may be old, or what it showed was deleted.
    </EmptyState>
  );
}
