import type { SyncRequest } from '../../contract/agent-protocol.ts';
import type { Document, Schema } from '../support/openapi.ts';
import { breakOnce } from './broken.ts';
import type { Random } from './random.ts';
import { odd } from './texts.ts';
import { validValue } from './value.ts';

/** What a hostile agent knows: itself, and ids of others that it has got hold of. */
export interface Loot {
  /** The identity that the server knows it by, which its messages mostly have. */
  self: Pick<SyncRequest, 'epoch' | 'process_id' | 'seq'>;
  era: string;
  ownInstances: string[];
  /** Instances, hosts and organisations of others. */
  foreignInstances: string[];
  foreignIds: string[];
  foreignGpus: string[];
  foreignSecrets: string[];
}

export interface HostileCall {
  method: string;
  path: string;
  body?: Record<string, unknown>;
}

/** A call of one of the agent's other routes, which none of them is for. */
export function hostileCall(loot: Loot, random: Random): HostileCall {
  const { foreignIds, foreignSecrets, self } = loot;
  const forged = `lsh_${String(random.int(1, 1e9)).padStart(43, 'A')}`;
  const claims = random.pick<Record<string, unknown>>([
    {},
    {},
    {},
    { host_id: random.pick(foreignIds) },
    { secret: random.pick(foreignSecrets) },
  ]);
  return random.pick<HostileCall>([
    { method: 'GET', path: 'host' },
    { method: 'GET', path: `host?host_id=${random.pick(foreignIds)}` },
    {
      method: 'POST',
      path: 'rotate',
      body: { next_secret: random.pick([forged, ...foreignSecrets, 'lsh_', '']), ...claims },
    },
    {
      method: 'POST',
      path: 'conflict',
      body: {
        epoch: random.pick([self.epoch, 1, 2 ** 31, Number.MAX_SAFE_INTEGER, 0, -1]),
        process_id: random.pick([self.process_id, 'forged-process', 'x', ...foreignIds]),
        ...claims,
      },
    },
  ]);
}

/** A sync message of some shape that no honest agent would send. */
export function hostileMessage(document: Document, loot: Loot, random: Random): unknown {
  const schema = document.components.schemas.SyncRequest ?? {};
  const message = validValue(document, schema, random, (key) => knownValue(loot, key, random));
  const forged = { ...(message as object), ...identity(loot, random), ...memory(loot, random) };
  const whole = random.chance(0.08) ? withHugeList(forged, loot, random) : forged;
  return random.chance(0.2) ? breakOnce(document, schema as Schema, whole, random).value : whole;
}

/** Mostly the truth, so that the message gets past the door. */
function identity({ self, foreignIds }: Loot, random: Random) {
  const { epoch, process_id, seq } = self;
  return {
    epoch: random.chance(0.85) ? epoch : epoch + random.pick([-1, 1, 2]),
    process_id: random.chance(0.9) ? process_id : random.pick(['forged-process', ...foreignIds]),
    seq: random.chance(0.85) ? seq + 1 : Math.max(1, seq + random.int(-3, 3)),
  };
}

/** What it says that it holds: 0 asks for everything, a great revision says that everything is held. */
function memory({ era, foreignIds }: Loot, random: Random) {
  return {
    era: random.chance(0.8) ? era : random.pick([null, '', 'era', ...foreignIds]),
    desired_revision: random.pick([0, 0, 1, 2, 3, 100, 2 ** 31, Number.MAX_SAFE_INTEGER]),
  };
}

function knownValue(loot: Loot, key: string, random: Random): unknown {
  switch (key) {
    case 'instance_id':
      if (random.chance(0.4)) return random.pick(loot.ownInstances);
      return random.pick([
        ...loot.foreignInstances,
        ...loot.foreignIds,
        `${loot.foreignInstances[0]}/1`,
        `' OR 1=1 --`,
        '',
        '%',
      ]);
    case 'generation':
      return random.chance(0.7) ? 1 : random.int(1, 3);
    case 'uuid':
      return random.pick([...loot.foreignGpus, 'GPU-own', 'gpu:*']);
    case 'observed':
      return undefined;
    case 'retry_in_ms':
    case 'started_age_ms':
    case 'ready_age_ms':
    case 'restarts':
      return random.pick([0, 1, 5000, 1e9, 1e12, 3e12, random.chance(0.1) ? 8.64e15 : 2]);
    case 'message':
    case 'reason':
      return random.chance(0.3) ? random.pick(odd).slice(0, 60) : undefined;
    case 'observed_hash':
      return random.pick(['same', 'other', ...loot.foreignIds]);
    case 'address':
      return random.pick(['127.0.0.1', '169.254.169.254', '::1', 'localhost']);
    default:
      return undefined;
  }
}

/** As many reports as a message may hold, of the same few instances. */
function withHugeList(message: object, loot: Loot, random: Random) {
  if (!('observed' in message) || typeof message.observed !== 'object' || !message.observed) {
    return message;
  }
  const ids = [...loot.foreignInstances, ...loot.ownInstances];
  const instances = Array.from({ length: random.pick([200, 1024, 1025]) }, (_, index) => ({
    instance_id: ids[index % ids.length],
    generation: 1 + (index % 3),
    state: random.pick(['running', 'failed', 'queued', 'stopping', 'restarting']),
    reason: null,
    message: 'forged',
    restarts: index,
    exit: null,
    container_id: null,
    started_age_ms: null,
    ready_age_ms: null,
  }));
  return { ...message, observed: { ...message.observed, complete: true, instances } };
}
