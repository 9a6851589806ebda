import { SimpleGrid } from '@mantine/core';
import type { ReactNode } from 'react';

export function AccountFacts({ children }: { children: ReactNode }) {
  return (
    <SimpleGrid component="dl" cols={{ base: 1, xs: 2 }} m={0} spacing="sm">
      {children}
    </SimpleGrid>
  );
}
