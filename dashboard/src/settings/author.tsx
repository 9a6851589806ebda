import { Text } from '@mantine/core';

/** Who did something, as the API names them; the id that makes it unique on hover. */
export function Author({ of }: { of: string }) {
  const [, name = of] = /^(.+) \((?:usr|tok)_\w+\)$/.exec(of) ?? [];
  return (
    <Text span inherit title={of} style={{ overflowWrap: 'anywhere' }}>
      {name}
    </Text>
  );
}
