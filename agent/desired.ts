import * as z from 'zod';
import type { SyncReply } from '../contract/agent-protocol.ts';
import { LaunchSpec } from '../contract/launch-spec.ts';
import { secretNamesIn } from '../contract/secret-mark.ts';
import { contentHash } from './canonical-json.ts';
import { containerName } from './docker/labels.ts';

/** One launch of the desired set. */
export interface Launch {
  spec: LaunchSpec;
  /** Of the launch as it was received, not as this agent's schema reads it: a newer agent must not see a new spec. */
  hash: string;
  /** The launch as it was received, with the marks of secrets in place. */
  received: unknown;
  /** The container's name. */
  name: string;
}

/** The last desired set that the agent got. */
export interface Held {
  era: string;
  revision: number;
  launches: readonly Launch[];
}

/** Reads a launch. Throws a ZodError when it is none. */
export function readLaunch(received: unknown): Launch {
  const spec = LaunchSpec.parse(received);
  return {
    spec,
    hash: contentHash(received),
    received,
    name: containerName(spec.instance_id, spec.generation),
  };
}

const ReceivedLaunches = z.object({ desired: z.object({ launches: z.array(z.unknown()) }) });

/** The desired set of a reply, given as `reply` and as the JSON value that it was read from; null when it has none. */
export function desiredOf(reply: SyncReply, received: unknown): Held | null {
  if (reply.desired === null) return null;
  const { launches } = ReceivedLaunches.parse(received).desired;
  return { era: reply.era, revision: reply.desired.revision, launches: launches.map(readLaunch) };
}

/** Names of the secrets that the launch needs: those it has marks of, and the token for the model hub. */
export function secretsOf(launch: Launch): string[] {
  const names = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value === 'string') for (const name of secretNamesIn(value)) names.add(name);
    else if (value !== null && typeof value === 'object') Object.values(value).forEach(visit);
  };
  visit(launch.received);
  const { token_secret } = launch.spec.model;
  if (token_secret !== undefined) names.add(token_secret);
  return [...names];
}
