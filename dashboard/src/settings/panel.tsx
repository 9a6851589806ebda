import { Paper } from '@mantine/core';
import type { ReactNode } from 'react';
import { Section } from '../parts/section.tsx';

/** One matter of a page of settings. */
export function Panel({
  title,
  description,
  children,
}: {
  title: string;
  description?: ReactNode;
  children: ReactNode;
}) {
  return (
    <Paper withBorder p={{ base: 'md', sm: 'lg' }}>
      <Section title={title} description={description}>
        {children}
      </Section>
    </Paper>
  );
}
