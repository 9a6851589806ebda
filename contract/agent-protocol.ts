import * as z from 'zod';
import { Labels } from './common.ts';
import { Inventory } from './host.ts';
import { ContainerExit } from './instance.ts';
import { LaunchSpec } from './launch-spec.ts';
import { RegistryLogin } from './registry.ts';

/** The version that both sides of this file speak. */
export const protocolVersion = 1;

const HostSecret = z
  .string()
  .regex(/^lsh_[A-Za-z0-9_-]{43}$/)
  .describe(
    'Made by the agent: `lsh_` and 32 random bytes in base64url. It is the bearer of every later call.',
  );

/** `POST /api/agent/v1/enroll`, with the enrolment token as bearer. The same pair again gives the same host. */
export const EnrollRequest = z
  .strictObject({
    install_id: z
      .string()
      .regex(/^[A-Za-z0-9_-]{16,64}$/)
      .describe('Made by the agent; names this installation.'),
    secret: HostSecret,
    name: z
      .string()
      .min(1)
      .max(253)
      .describe(
        'What the host shall be called, mostly its host name. Other characters than letters, digits, `.`, `-` and `_` become `-`, and where another host has the name it gets a number.',
      ),
    labels: Labels.default({}).describe(
      'Free labels of the host; those of the enrolment token come on top.',
    ),
  })
  .meta({ id: 'EnrollRequest', description: 'How an agent introduces its installation.' });
export type EnrollRequest = z.infer<typeof EnrollRequest>;

export const EnrollReply = z
  .object({
    protocol: z
      .literal(protocolVersion)
      .describe('The version of the host protocol that is spoken.'),
    host_id: z.string().describe('The id of the host.'),
    name: z.string().describe('The name that the host got.'),
  })
  .meta({ id: 'EnrollReply', description: 'The host that an installation is.' });
export type EnrollReply = z.infer<typeof EnrollReply>;

/** The states that an agent can see; the rest are the control plane's. */
export const ObservedState = z.enum([
  'queued',
  'pulling',
  'downloading',
  'starting',
  'running',
  'unhealthy',
  'restarting',
  'stopping',
  'failed',
]);
export type ObservedState = z.infer<typeof ObservedState>;

/**
 * A hundred years at most: a time that is made of it can be kept and written as a date, and a host whose clock began in
 * 1970 is heard all the same.
 */
const Milliseconds = z
  .int()
  .min(0)
  .max(100 * 365 * 24 * 3_600_000);

/** One instance as its host sees it. Ages and pauses are in milliseconds, so that clocks need not agree. */
export const ObservedInstance = z
  .strictObject({
    instance_id: z.string().describe('The instance.'),
    generation: z.int().min(1).describe('The generation of the instance that is reported.'),
    state: ObservedState.describe('The state that its host sees it in.'),
    reason: z
      .string()
      .max(64)
      .nullable()
      .describe('A stable word for why it is in this state, or null.'),
    message: z.string().max(4096).describe('For people: what is going on, or what to do.'),
    restarts: z.int().min(0).describe('How often the container of this generation was restarted.'),
    exit: z
      .union([ContainerExit, z.null()])
      .describe('How the container last ended; null while it did not.'),
    container_id: z
      .string()
      .max(128)
      .nullable()
      .describe("The Docker engine's id of its container; null without one."),
    image_digest: z
      .string()
      .max(1024)
      .optional()
      .describe(
        'What the container was made from; absent without one, and from agents that do not tell.',
      ),
    started_age_ms: Milliseconds.nullable().describe(
      'How long ago its container started; null while it did not.',
    ),
    ready_age_ms: Milliseconds.nullable().describe(
      'How long ago it became ready; null while it is not.',
    ),
    retry_in_ms: Milliseconds.optional().describe(
      'Until it is tried again; absent while nothing waits.',
    ),
  })
  .meta({
    id: 'ObservedInstance',
    description:
      'One instance as its host sees it. Ages and pauses are in milliseconds, so that clocks need not agree.',
  });
export type ObservedInstance = z.infer<typeof ObservedInstance>;

/** `POST /api/agent/v1/sync`, with the host's secret as bearer. */
export const SyncRequest = z
  .strictObject({
    protocol: z
      .literal(protocolVersion)
      .describe('The version of the host protocol that is spoken.'),
    agent_version: z.string().max(64).describe('The version of the agent.'),
    epoch: z
      .int()
      .min(1)
      .describe('Counts the starts of the agent; journalled before its first use.'),
    process_id: z
      .string()
      .regex(/^[A-Za-z0-9_-]{8,64}$/)
      .describe('Random for each process.'),
    seq: z
      .int()
      .min(1)
      .describe('Counts the messages of this process. A retry sends the same `seq` and body.'),
    era: z
      .string()
      .max(64)
      .nullable()
      .describe('The era of the last reply; null before the first.'),
    desired_revision: z.int().min(0).describe('Of the desired set that the agent holds; 0: none.'),
    has_link: z.boolean().describe('Whether its link to the hub is open.'),
    observed_hash: z
      .string()
      .min(1)
      .max(128)
      .describe('Of `observed` without its ages, and of `desired_revision`.'),
    observed: z
      .strictObject({
        complete: z
          .boolean()
          .describe('The engine listed its containers: what is not in `instances` is not there.'),
        inventory: Inventory,
        instances: z
          .array(ObservedInstance)
          .max(1024)
          .describe('The instances that have a container, or work in flight for one.'),
      })
      .nullable()
      .describe('Sent when the hash is new or the last reply said `send_all`; else null.'),
  })
  .meta({ id: 'SyncRequest', description: "A host's word: what it holds, and what runs on it." });
export type SyncRequest = z.infer<typeof SyncRequest>;

export const DesiredSet = z.object({
  revision: z.int().min(0).describe('Counts the changes of the set.'),
  launches: z.array(LaunchSpec).describe('Complete: what is not in it shall not run.'),
  secrets: z
    .record(z.string(), z.string())
    .describe('Values for the marks of secrets in `launches`, by name. Never written to disk.'),
  registries: z
    .array(RegistryLogin)
    .default([])
    .describe('Logins at the registries that `launches` pull from. Never written to disk.'),
});
export type DesiredSet = z.infer<typeof DesiredSet>;

export const SyncReply = z
  .object({
    protocol: z
      .literal(protocolVersion)
      .describe('The version of the host protocol that is spoken.'),
    era: z
      .string()
      .describe(
        'Renewed after a database was restored; only a new era may bring a lower revision.',
      ),
    desired: z
      .union([DesiredSet, z.null()])
      .describe('What shall run. Null: nothing newer than what the agent holds.'),
    send_all: z
      .boolean()
      .describe('The server does not have what `observed_hash` names: send it whole.'),
    next_sync_ms: z.int().min(0).describe('When to come again at the latest.'),
    rotate_secret: z
      .boolean()
      .optional()
      .describe(
        'The host shall make a new secret, and offer it. Said with every reply until it was taken.',
      ),
  })
  .meta({ id: 'SyncReply', description: 'What a host shall do.' });
export type SyncReply = z.infer<typeof SyncReply>;

/**
 * `POST /api/agent/v1/rotate`, with the host's secret as bearer, after a reply said `rotate_secret`: the new secret, which
 * the agent has on its disk. From the reply on the old one lets nobody in; the same pair again, or the new one as bearer,
 * gets the same reply.
 */
export const RotateRequest = z.strictObject({ next_secret: HostSecret }).meta({
  id: 'RotateRequest',
  description: 'The secret that shall take the place of the bearer.',
});
export type RotateRequest = z.infer<typeof RotateRequest>;

/** `POST /api/agent/v1/conflict`: this process was replaced by another one, and still runs. */
export const ConflictNotice = z
  .strictObject({
    epoch: SyncRequest.shape.epoch,
    process_id: SyncRequest.shape.process_id,
  })
  .meta({ id: 'ConflictNotice', description: 'A process that was replaced, and still runs.' });
export type ConflictNotice = z.infer<typeof ConflictNotice>;

/** Who the bearer is: `GET /api/agent/v1/host`, and the reply to `rotate` and `conflict`. */
export const OwnHost = z
  .object({
    protocol: z
      .literal(protocolVersion)
      .describe('The version of the host protocol that is spoken.'),
    host_id: z.string().describe('The id of the host.'),
    name: z.string().describe('What the host is called.'),
  })
  .meta({ id: 'OwnHost', description: 'The host that the bearer is.' });
export type OwnHost = z.infer<typeof OwnHost>;

/** What the hub says on the link, and nothing else: a desired set of this revision waits. */
export const Doorbell = z.object({ revision: z.int().min(0) });
export type Doorbell = z.infer<typeof Doorbell>;

/** Sent by the agent on the link; the runtime answers `linkPong` without waking the hub. */
export const linkPing = 'ping';
export const linkPong = 'pong';
