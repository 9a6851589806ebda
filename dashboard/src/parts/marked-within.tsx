import { Group, Text } from '@mantine/core';
import { IconAlertCircle, IconAlertTriangle } from '@tabler/icons-react';
import { countOf } from './count-of.ts';
import type { Found } from './field-wiring.tsx';
import { warningColor } from './warning-text.tsx';

/** On what is folded away: how many of the fields in it are marked. */
export function MarkedWithin({
  errors,
  warnings,
  isWithin,
}: {
  errors: Found;
  warnings: Found;
  isWithin: (pointer: string) => boolean;
}) {
  const wrong = [...errors.keys()].filter(isWithin).length;
  const odd = [...warnings.keys()].filter(isWithin).length;
  const marks = [
    { count: wrong, what: 'error', Icon: IconAlertCircle, color: 'var(--mantine-color-error)' },
    { count: odd, what: 'warning', Icon: IconAlertTriangle, color: warningColor },
  ];
  return marks.map(
    ({ count, what, Icon, color }) =>
      count > 0 && (
        <Group key={what} gap={4} wrap="nowrap" c={color} style={{ flexShrink: 0 }}>
          <Icon size={14} aria-hidden />
          <Text size="xs" span>
            {countOf(count, what)}
          </Text>
        </Group>
      ),
  );
}
