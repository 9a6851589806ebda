import { Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** One term of a description list, and what it is. */
export function Fact({
  term,
  isWide = false,
  children,
}: {
  term: string;
  /** It has a line of its own in the grid that it stands in. */
  isWide?: boolean;
  children: ReactNode;
}) {
  return (
    <div style={isWide ? { gridColumn: '1 / -1' } : undefined}>
      <Text component="dt" size="xs" c="dimmed">
        {term}
      </Text>
      <Text component="dd" size="sm" m={0} style={{ overflowWrap: 'anywhere' }}>
        {children}
      </Text>
    </div>
  );
}
