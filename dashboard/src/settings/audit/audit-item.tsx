import { Anchor, Button, Collapse, Group, Paper, Text } from '@mantine/core';
import { useId, useState } from 'react';
import { Link } from 'wouter';
import type { AuditLine } from '../../../../contract/audit.ts';
import { countOf } from '../../parts/count-of.ts';
import { RelativeTime } from '../../parts/relative-time.tsx';
import { AuditDetails } from './audit-details.tsx';
import { deedWords } from './deed-words.ts';
import { actorWords, kindLooks, pageOf } from './words.ts';

/** One change: what, of what, who, when and from where; opened, how it was before. */
export function AuditItem({
  line,
  onlyBy,
}: {
  line: AuditLine;
  /** Where what this actor did is shown, and nothing else. */
  onlyBy: (actorId: string) => string;
}) {
  const { resource, actor, time, address, changes, changes_left_out } = line;
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const Icon = kindLooks[resource.kind].icon;
  const page = pageOf(line);
  const { deed, name } = deedWords(line);
  const count = changes.length + changes_left_out;
  // All fields of what was made or deleted are there: their number tells nothing.
  const isChange = changes.some(({ change }) => change === 'changed');
  return (
    <Paper withBorder p="sm" component="li">
      <Group justify="space-between" gap="sm" wrap="nowrap" align="flex-start">
        <Group gap="sm" wrap="nowrap" align="flex-start" miw={0}>
          <Icon size={18} stroke={1.6} aria-hidden style={{ flexShrink: 0, marginTop: 2 }} />
          <div style={{ minWidth: 0, overflowWrap: 'anywhere' }}>
            <Text size="sm">
              <b>{deed}</b>{' '}
              {page === null ? (
                name
              ) : (
                <Anchor component={Link} href={page} inherit underline="always">
                  {name}
                </Anchor>
              )}
            </Text>
            <Text size="xs" c="dimmed">
              by{' '}
              <Anchor
                component={Link}
                href={onlyBy(actor.id)}
                inherit
                underline="always"
                title={`Show only what ${actorWords(actor)} did`}
              >
                {actorWords(actor)}
              </Anchor>
              {address !== null && ` from ${address}`} · <RelativeTime time={time} />
            </Text>
          </div>
        </Group>
        <Button
          size="compact-sm"
          variant="subtle"
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setOpen(!isOpen)}
          style={{ flexShrink: 0 }}
        >
          {isOpen ? 'Hide' : isChange ? countOf(count, 'change') : 'Show'}
        </Button>
      </Group>
      <Collapse expanded={isOpen} id={id}>
        {isOpen && <AuditDetails line={line} />}
      </Collapse>
    </Paper>
  );
}
