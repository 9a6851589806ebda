import { Anchor, Text } from '@mantine/core';
import { Link } from 'wouter';
import { useTokensOf } from '../queries.ts';

/** The tokens that somebody made, which let in whoever knows them, also when that person is gone. */
export function TokensOf({ userId }: { userId: string }) {
  const { data: tokens = [] } = useTokensOf(userId);
  if (tokens.length === 0) return null;
  return (
    <Text size="sm">
      They created {tokens.map(({ name, prefix }) => `${name} (${prefix}…)`).join(', ')}:{' '}
      <Anchor component={Link} href="/settings/tokens" inherit>
        the tokens
      </Anchor>
      .
    </Text>
  );
}
