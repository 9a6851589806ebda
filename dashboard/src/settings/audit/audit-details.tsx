import { SimpleGrid, Stack, Text } from '@mantine/core';
import type { AuditLine } from '../../../../contract/audit.ts';
import { CopyableText } from '../../parts/copy.tsx';
import { countOf } from '../../parts/count-of.ts';
import { DifferenceList } from '../../parts/difference-list.tsx';
import { Fact } from '../../parts/fact.tsx';
import { deviceOf } from '../account/device.ts';
import { kindLooks } from './words.ts';

/** Field by field how it was and is, and all that is known of the call. */
export function AuditDetails({ line }: { line: AuditLine }) {
  const { resource, changes, changes_left_out, note, address, user_agent, request_id } = line;
  const isCut = changes.some(({ cut }) => cut);
  return (
    <Stack gap="sm" pt="sm">
      <DifferenceList differences={changes} />
      {isCut && (
        <Text size="xs" c="dimmed">
          Long values are cut short.
        </Text>
      )}
      {changes_left_out > 0 && (
        <Text size="xs" c="dimmed">
          {countOf(changes_left_out, 'more field')} differed, and are not listed.
        </Text>
      )}
      <SimpleGrid component="dl" cols={{ base: 1, xs: 2, md: 3 }} m={0} spacing="sm">
        {note !== null && <Fact term="Note">{note}</Fact>}
        <Fact term={kindLooks[resource.kind].label}>
          {resource.id === null ? (
            resource.name
          ) : (
            <CopyableText value={resource.id} what="the ID of what was changed" />
          )}
        </Fact>
        <Fact term="When">
          {new Date(line.time).toLocaleString(undefined, {
            dateStyle: 'medium',
            timeStyle: 'long',
          })}
        </Fact>
        <Fact term="From">{address ?? 'unknown address'}</Fact>
        <Fact term="Device">
          <span title={user_agent ?? ''}>{deviceOf(user_agent)}</span>
        </Fact>
        <Fact term="Operation">
          <span className="mono">{line.operation}</span>
        </Fact>
        <Fact term="Request">
          <CopyableText value={request_id} what="the request ID" />
        </Fact>
      </SimpleGrid>
    </Stack>
  );
}
