import { Badge } from '@mantine/core';
import type { Backend } from '../../../contract/backend.ts';

export const sourceLabels: Record<Backend['source'], string> = {
  built_in: 'Built-in',
  community: 'Community',
  custom: 'Custom',
};

const colors: Record<Backend['source'], string> = {
  built_in: 'harbour',
  community: 'grape',
  custom: 'gray',
};

export function SourceBadge({ source }: { source: Backend['source'] }) {
  return (
    <Badge variant="light" color={colors[source]} size="sm">
      {sourceLabels[source]}
    </Badge>
  );
}
