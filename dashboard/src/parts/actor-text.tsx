import { Text } from '@mantine/core';
import { withoutActorIds } from './without-actor-ids.ts';

/** What the API says of who did something; the ids that make them unique on hover. */
export function ActorText({ text }: { text: string }) {
  const short = withoutActorIds(text);
  if (short === text) return text;
  return (
    <Text span inherit title={text} style={{ overflowWrap: 'anywhere' }}>
      {short}
    </Text>
  );
}
