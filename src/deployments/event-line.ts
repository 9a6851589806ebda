import type { EventType } from '../../contract/event.ts';
import type { Statement } from '../db/batch.ts';
import type { Database } from '../db/client.ts';
import type { World } from './model.ts';
import { type EventRow, insertEvent } from './store/events.ts';

/** A line on the timeline of a deployment: of itself, or of one of its instances. */
export function eventLine(
  database: Database,
  { deployment, now }: Pick<World, 'deployment' | 'now'>,
  type: EventType,
  message: string,
  about: Partial<Pick<EventRow, 'instanceId' | 'hostId' | 'generation'>> = {},
): Statement {
  const { id: subject, orgId } = deployment;
  return {
    query: insertEvent(database, { subject, orgId, type, message, ...about, createdAt: now }),
  };
}
