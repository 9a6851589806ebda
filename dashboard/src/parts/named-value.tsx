import { Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** A value below its name. */
export function NamedValue({
  name,
  note,
  children,
}: {
  name: string;
  /** Beside the name: where the value comes from. */
  note?: string | undefined;
  children: ReactNode;
}) {
  return (
    <div>
      <Text size="xs" c="dimmed" mb={2}>
        {name}
        {note && `: ${note}`}
      </Text>
      {typeof children === 'string' ? <Text size="sm">{children}</Text> : children}
    </div>
  );
}
