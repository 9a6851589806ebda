import * as z from 'zod';
import { Timestamp } from './common.ts';

/** What can stand on a timeline; `docs/events.md` says of each when it is written. */
export const EventType = z
  .enum([
    // Of a deployment.
    'changed',
    'stop',
    'start',
    'rollout_complete',
    'rollout_given_up',
    // Of an instance, by the planner.
    'pending',
    'reserved',
    'placed',
    'relaunched',
    'stopping',
    'replaced',
    'stopped',
    'unreachable',
    'host_removed',
    // Of an instance, by its host.
    'queued',
    'pulling',
    'downloading',
    'started',
    'ready',
    'probe_failed',
    'restarting',
    'exited',
    'oom_killed',
    'crash_loop',
    'start_timeout',
    'unhealthy',
    'container_removed',
    'pull_failed',
    'port_in_use',
    'failed',
    // Of a host.
    'enrolled',
    'revoked',
    'unrevoked',
    'rotation_asked',
    'secret_rotated',
    'retired_secret_used',
    'identity_conflict',
    'online',
    'suspect',
    'offline',
    'agent_restarted',
    'agent_updated',
    'cordoned',
    'uncordoned',
    'drained',
    'renamed',
    'labelled',
    'engine_lost',
    'engine_back',
    'gpus_changed',
    'address_changed',
    'condition_began',
    'condition_over',
  ])
  .meta({
    id: 'EventType',
    description: 'What happened; `docs/events.md` says of each when it is written.',
  });
export type EventType = z.infer<typeof EventType>;

/** One line of a timeline. What repeats itself within an hour is one line, of the last time, that counts. */
export const Event = z
  .object({
    id: z.string().describe('Prefixed, sortable by time.'),
    time: Timestamp.describe('When it happened, the last time.'),
    type: EventType,
    message: z.string().describe('For people.'),
    instance_id: z.string().nullable().describe('The instance that it happened to, or null.'),
    host_id: z.string().nullable().describe('The host that it happened on, or null.'),
    generation: z.int().nullable().describe('Of the instance, or null.'),
    count: z.int().min(1).describe('How often it happened.'),
    first_time: Timestamp.describe('When it happened the first time.'),
    until: Timestamp.nullable().describe('When it is tried again; null where nothing waits.'),
  })
  .meta({
    id: 'Event',
    description:
      'One line of a timeline. What repeats itself within an hour is one line, of the last time, that counts.',
  });
export type Event = z.infer<typeof Event>;
