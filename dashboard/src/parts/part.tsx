import { Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** A part of a section, under a smaller heading. */
export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Stack gap="sm" component="section" aria-label={title}>
      <Title order={3} size="h5">
        {title}
      </Title>
      {children}
    </Stack>
  );
}
