import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Event } from '../../../contract/event.ts';
import { ActorText } from '../parts/actor-text.tsx';
import { asSentence } from '../parts/as-sentence.ts';
import { FaultNotice } from '../parts/fault-notice.tsx';
import { RelativeTime } from '../parts/relative-time.tsx';
import { RowsSkeleton } from '../parts/skeletons.tsx';
import { eventLook } from './event-looks.ts';
import classes from './timeline.module.css';
import { type EventsOf, useEvents } from './use-events.ts';

const FIRST = 20;
const MOST = 200;

/** What happened, newest first. What repeated itself is one line that counts. */
export function Timeline({
  of,
  placeOf = nowhere,
}: {
  of: EventsOf;
  /** Where a line belongs among many; empty: it goes without saying. */
  placeOf?: (event: Event) => string;
}) {
  const [limit, setLimit] = useState(FIRST);
  const events = useEvents(of, limit);
  if (events.isError) return <FaultNotice fault={events.error} />;
  if (events.isPending) return <RowsSkeleton rows={4} />;
  const { items, next_cursor } = events.data;
  if (items.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nothing has happened yet.
      </Text>
    );
  }
  return (
    <Stack>
      <ol className={classes.list} aria-label="Timeline">
        {items.map((event) => (
          <EventLine key={event.id} event={event} place={placeOf(event)} />
        ))}
      </ol>
      {next_cursor !== null && limit < MOST && (
        <Button variant="default" onClick={() => setLimit(MOST)} w="fit-content">
          Show older
        </Button>
      )}
    </Stack>
  );
}

function nowhere(): string {
  return '';
}

function EventLine({ event, place }: { event: Event; place: string }) {
  const { label, icon: Icon, color } = eventLook(event.type);
  return (
    <li className={classes.line}>
      <span className={classes.bullet}>
        <Icon
          size={14}
          color={`light-dark(var(--mantine-color-${color}-7), var(--mantine-color-${color}-4))`}
          aria-hidden
        />
      </span>
      <div>
        <Group gap={8}>
          <Text size="sm" fw={500} span>
            {label}
          </Text>
          {event.count > 1 && (
            <Badge size="sm" variant="default" tt="none">
              {event.count} times
            </Badge>
          )}
          <Text size="xs" c="dimmed" span>
            <RelativeTime time={event.time} />
            {place !== '' && ` · ${place}`}
          </Text>
        </Group>
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
          <ActorText text={asSentence(event.message)} />
        </Text>
      </div>
    </li>
  );
}
