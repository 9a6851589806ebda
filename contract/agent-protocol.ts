import * as z from 'zod';
import { Labels } from './common.ts';
import { Inventory } from './host.ts';
import { ContainerExit } from './instance.ts';
import { LaunchSpec } from './launch-spec.ts';
import { RegistryLogin } from './registry.ts';

/** The version that both sides of this file speak. */
export const protocolVersion = 1;

/** Made by the agent: `lsh_` and 32 random bytes in base64url. It is the bearer of every call but the enrolment. */
const HostSecret = z.string().regex(/^lsh_[A-Za-z0-9_-]{43}$/);

/** `POST /api/agent/v1/enroll`, with the enrolment token as bearer. The same pair again gives the same host. */
export const EnrollRequest = z
  .strictObject({
    /** Made by the agent; names this installation. */
    install_id: z.string().regex(/^[A-Za-z0-9_-]{16,64}$/),
    secret: HostSecret,
    name: z.string().min(1).max(253),
    labels: Labels.default({}),
  })
  .meta({ id: 'EnrollRequest' });
export type EnrollRequest = z.infer<typeof EnrollRequest>;

export const EnrollReply = z
  .object({ protocol: z.literal(protocolVersion), host_id: z.string(), name: z.string() })
  .meta({ id: 'EnrollReply' });
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

/** One instance as its host sees it. Ages and pauses are in milliseconds, so that clocks need not agree. */
export const ObservedInstance = z
  .strictObject({
    instance_id: z.string(),
    generation: z.int().min(1),
    state: ObservedState,
    reason: z.string().max(64).nullable(),
    message: z.string().max(4096),
    restarts: z.int().min(0),
    exit: ContainerExit.nullable(),
    container_id: z.string().max(128).nullable(),
    /** What the container was made from; absent without one, and from agents that do not tell. */
    image_digest: z.string().max(1024).optional(),
    started_age_ms: z.int().min(0).nullable(),
    ready_age_ms: z.int().min(0).nullable(),
    /** Until it is tried again; absent while nothing waits. */
    retry_in_ms: z.int().min(0).optional(),
  })
  .meta({ id: 'ObservedInstance' });
export type ObservedInstance = z.infer<typeof ObservedInstance>;

/** `POST /api/agent/v1/sync`, with the host's secret as bearer. */
export const SyncRequest = z
  .strictObject({
    protocol: z.literal(protocolVersion),
    agent_version: z.string().max(64),
    /** Counts the starts of the agent; journalled before its first use. */
    epoch: z.int().min(1),
    /** Random for each process. */
    process_id: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/),
    /** Counts the messages of this process. A retry sends the same `seq` and body. */
    seq: z.int().min(1),
    /** Null before the first reply. */
    era: z.string().max(64).nullable(),
    /** Of the desired set that the agent holds; 0: none. */
    desired_revision: z.int().min(0),
    has_link: z.boolean(),
    /** Of `observed` without its ages, and of `desired_revision`. */
    observed_hash: z.string().min(1).max(128),
    /** Sent when the hash is new or the last reply said `send_all`. */
    observed: z
      .strictObject({
        /** The engine listed its containers: what is not in `instances` is not there. */
        complete: z.boolean(),
        inventory: Inventory,
        instances: z.array(ObservedInstance).max(1024),
      })
      .nullable(),
  })
  .meta({ id: 'SyncRequest' });
export type SyncRequest = z.infer<typeof SyncRequest>;

export const DesiredSet = z.object({
  revision: z.int().min(0),
  /** Complete: what is not in it shall not run. */
  launches: z.array(LaunchSpec),
  /** Values for the marks of secrets in `launches`, by name. Never written to disk. */
  secrets: z.record(z.string(), z.string()),
  /** Logins at the registries that `launches` pull from. Never written to disk. */
  registries: z.array(RegistryLogin).default([]),
});
export type DesiredSet = z.infer<typeof DesiredSet>;

export const SyncReply = z
  .object({
    protocol: z.literal(protocolVersion),
    /** Renewed after a database was restored; only a new era may bring a lower revision. */
    era: z.string(),
    /** Null: nothing newer than what the agent holds. */
    desired: z.union([DesiredSet, z.null()]),
    /** The server does not have what `observed_hash` names: send it whole. */
    send_all: z.boolean(),
    next_sync_ms: z.int().min(0),
    /** The host shall make a new secret, and offer it. Said with every reply until it was taken. */
    rotate_secret: z.boolean().optional(),
  })
  .meta({ id: 'SyncReply' });
export type SyncReply = z.infer<typeof SyncReply>;

/**
 * `POST /api/agent/v1/rotate`, with the host's secret as bearer, after a reply said `rotate_secret`: the new secret, which
 * the agent has on its disk. From the reply on the old one lets nobody in; the same pair again, or the new one as bearer,
 * gets the same reply.
 */
export const RotateRequest = z
  .strictObject({ next_secret: HostSecret })
  .meta({ id: 'RotateRequest' });
export type RotateRequest = z.infer<typeof RotateRequest>;

/** `POST /api/agent/v1/conflict`: this process was replaced by another one, and still runs. */
export const ConflictNotice = z
  .strictObject({
    epoch: SyncRequest.shape.epoch,
    process_id: SyncRequest.shape.process_id,
  })
  .meta({ id: 'ConflictNotice' });
export type ConflictNotice = z.infer<typeof ConflictNotice>;

/** Who the bearer is: `GET /api/agent/v1/host`, and the reply to `rotate` and `conflict`. */
export const OwnHost = z
  .object({ protocol: z.literal(protocolVersion), host_id: z.string(), name: z.string() })
  .meta({ id: 'OwnHost' });
export type OwnHost = z.infer<typeof OwnHost>;

/** What the hub says on the link, and nothing else: a desired set of this revision waits. */
export const Doorbell = z.object({ revision: z.int().min(0) });
export type Doorbell = z.infer<typeof Doorbell>;

/** Sent by the agent on the link; the runtime answers `linkPong` without waking the hub. */
export const linkPing = 'ping';
export const linkPong = 'pong';
