import { Text } from '@mantine/core';

/** Mantine's darkest orange is too pale on white. */
export const warningColor =
  'light-dark(color-mix(in srgb, var(--mantine-color-orange-9), black 15%), var(--mantine-color-orange-3))';

/** Not wrong, but probably not meant. A word and a colour. */
export function WarningText({ text }: { text: string }) {
  return (
    <Text
      size="xs"
      mt={4}
      span
      display="block"
      c={warningColor}
      style={{ overflowWrap: 'anywhere' }}
    >
      Warning: {text}
    </Text>
  );
}
