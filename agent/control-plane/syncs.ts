import { protocolVersion, SyncReply, type SyncRequest } from '../../contract/agent-protocol.ts';
import type { Problem } from '../../contract/problem.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { callBackoff, fullJitterMs, type Random, refusedBackoff } from './backoff.ts';
import type { Credentials } from './credentials.ts';
import type { HttpClient } from './http-client.ts';
import { type Observation, observedHash } from './observation.ts';
import type { Session } from './session.ts';
import { standingInWords } from './standing.ts';

export interface SyncsOptions {
  client: HttpClient;
  session: Session;
  credentials: Credentials;
  agent_version: string;
  clock: Clock;
  random: Random;
  log: Log;
  linkUp: () => boolean;
  holding: () => { era: string | null; desired_revision: number };
  /** Null while it is not known yet what runs here. */
  observe: () => Observation | null;
  onReply: (reply: SyncReply, received: unknown, sent: { desired_revision: number }) => void;
  /** The control plane says for good that this host is none of its own, or takes it again (null). */
  onStanding: (refusal: Problem | null) => void;
  /** Another process has taken this host. No sync is sent any more. */
  onConflict: () => void;
}

/** The one owner of "may I ask now". One sync is in flight at a time. */
export interface Syncs {
  start(): void;
  /** A desired set waits: asks at once. */
  bell(): void;
  /** Something on this host changed. */
  changed(urgency: 'soon' | 'now'): void;
  /** The link came or went. */
  linkChanged(): void;
  stop(): void;
}

/** Design: "Without a link it syncs every 5 s". */
const pollEveryMs = 5000;
const shortestPauseMs = 1000;
/** How long a stage of a launch may wait for the next one. */
const soonMs = 250;

interface Message {
  body: string;
  hash: string;
  has_observed: boolean;
  desired_revision: number;
}

export function createSyncs(options: SyncsOptions): Syncs {
  const { client, credentials, session, clock, random, log } = options;
  let running = false;
  let inFlight = false;
  /** A trigger came during the flight. */
  let again = false;
  let seq = 0;
  /** Not answered yet: it is sent again as it is, so that it changes nothing twice. */
  let unanswered: Message | null = null;
  let acknowledgedHash: string | null = null;
  /** Of the last observation that a sync was made or asked for: being told twice of a change changes nothing. */
  let noticedHash = '';
  let sendAll = false;
  let sendAllInVain = 0;
  let failures = 0;
  /** After a failure a change on this host waits until then; a bell does not. */
  let changesWaitUntil = Number.NEGATIVE_INFINITY;
  let lastFailure = '';
  /** The last answer was that this host is none of the control plane's. */
  let isRefused = false;
  let isPreparing = false;
  let cancelTimer = () => {};
  let cancelSoon: (() => void) | null = null;

  function compose(): Message {
    const { era, desired_revision } = options.holding();
    const observation = options.observe();
    const hash = observation ? observedHash(desired_revision, observation) : 'not-known-yet';
    const send = sendAll || hash !== acknowledgedHash;
    noticedHash = hash;
    seq++;
    const request: SyncRequest = {
      protocol: protocolVersion,
      agent_version: options.agent_version,
      epoch: session.epoch,
      process_id: session.process_id,
      seq,
      era,
      desired_revision,
      has_link: options.linkUp(),
      observed_hash: hash,
      observed: send ? observation : null,
    };
    const has_observed = request.observed !== null;
    return { body: JSON.stringify(request), hash, has_observed, desired_revision };
  }

  function arm(ms: number): void {
    cancelTimer();
    cancelTimer = clock.after(ms, go);
  }

  /** Sends a sync now, or right after the one in flight. */
  function go(): void {
    if (!running) return;
    if (inFlight) {
      again = true;
      return;
    }
    cancelTimer();
    cancelSoon?.();
    cancelSoon = null;
    void fly();
  }

  async function fly(): Promise<void> {
    inFlight = true;
    again = false;
    // Nothing else is under way, so that nothing is said with a secret that has been replaced.
    const open = credentials.pending ? await credentials.offer() : null;
    if (open) {
      inFlight = false;
      if (!running) return;
      return open.kind === 'problem'
        ? refused(open.problem, open.retry_after_ms)
        : retry(open.detail, null);
    }
    if (!running) return;
    unanswered ??= compose();
    const message = unanswered;
    const answer = await client.post({
      path: '/api/agent/v1/sync',
      bearer: credentials.secret,
      body: message.body,
      reply: SyncReply,
    });
    inFlight = false;
    if (!running) return;
    switch (answer.kind) {
      case 'reply':
        return answered(message, answer.reply, answer.received);
      case 'problem':
        return refused(answer.problem, answer.retry_after_ms);
      case 'no_answer':
        return retry(answer.detail, null);
    }
  }

  function answered(message: Message, reply: SyncReply, received: unknown): void {
    unanswered = null;
    session.accepted();
    if (failures > 0) log.info('the control plane answers again');
    failures = 0;
    lastFailure = '';
    if (isRefused) options.onStanding(null);
    isRefused = false;
    if (reply.rotate_secret) void rotate();
    acknowledgedHash = reply.send_all ? null : message.hash;
    sendAll = reply.send_all;
    sendAllInVain = reply.send_all && message.has_observed ? sendAllInVain + 1 : 0;
    const pauseMs = Math.max(reply.next_sync_ms, shortestPauseMs);
    arm(options.linkUp() ? pauseMs : Math.min(pauseMs, pollEveryMs));
    options.onReply(reply, received, { desired_revision: message.desired_revision });
    if (inFlight) return;
    // A server that asks for everything and does not take it must not be asked in a tight loop.
    if (again) go();
    else if (sendAllInVain === 0 && changedSince(message)) go();
    else if (sendAllInVain > 0) arm(fullJitterMs(callBackoff, sendAllInVain, random));
    else if (reply.send_all && options.observe() !== null) go();
  }

  async function rotate(): Promise<void> {
    if (isPreparing || credentials.pending) return;
    isPreparing = true;
    await credentials.prepare();
    isPreparing = false;
    if (credentials.pending) go();
  }

  /** A message that had to be sent again says what was so then. */
  function changedSince(message: Message): boolean {
    const observation = options.observe();
    return (
      observation !== null && observedHash(message.desired_revision, observation) !== message.hash
    );
  }

  async function refused(problem: Problem, retryAfterMs: number | null): Promise<void> {
    if (problem.code === 'stale_epoch') {
      inFlight = true; // the next epoch must be on the disk before anything is sent
      const outcome = await session.refused(problem.epoch ?? session.epoch);
      inFlight = false;
      if (!running) return;
      unanswered = null;
      if (outcome === 'conflict') {
        stop();
        return options.onConflict();
      }
      log.info('took a newer epoch', { epoch: session.epoch });
      failures++;
      if (failures === 1) go();
      else arm(fullJitterMs(callBackoff, failures, random));
      return;
    }
    const mayHaveLanded = problem.status >= 500 || problem.status === 429;
    // What the server will never take is not sent again as it is.
    if (!mayHaveLanded) unanswered = null;
    const standing = standingInWords(problem);
    if (standing === null) return retry(`${problem.code}: ${problem.detail}`, retryAfterMs);
    if (!isRefused) options.onStanding(problem);
    isRefused = true;
    lastFailure = standing; // told by the one who acts on it
    retry(standing, retryAfterMs, refusedBackoff);
  }

  /** Keeps everything as it is and asks again later. */
  function retry(detail: string, retryAfterMs: number | null, limits = callBackoff): void {
    failures++;
    changesWaitUntil = clock.now() + (retryAfterMs ?? limits.base_ms);
    if (detail !== lastFailure) log.warn('no answer from the control plane', { message: detail });
    lastFailure = detail;
    const tries = again ? 1 : failures;
    again = false;
    arm(retryAfterMs ?? fullJitterMs(limits, tries, random));
  }

  function stop(): void {
    running = false;
    cancelTimer();
    cancelSoon?.();
    cancelSoon = null;
  }

  return {
    start() {
      running = true;
      go();
    },
    bell: go,
    changed(urgency) {
      if (!running) return;
      const observation = options.observe();
      if (observation === null) return;
      const hash = observedHash(options.holding().desired_revision, observation);
      if (hash === noticedHash) return;
      noticedHash = hash;
      const waitMs = changesWaitUntil - clock.now();
      if (failures > 0 && !inFlight && waitMs > 0) arm(waitMs);
      else if (urgency === 'now') go();
      else
        cancelSoon ??= clock.after(soonMs, () => {
          cancelSoon = null;
          go();
        });
    },
    linkChanged() {
      if (!running) return;
      // A bell may have rung while there was no link; and without one the next sync is near.
      if (options.linkUp()) go();
      else if (!inFlight && failures === 0) arm(random() * pollEveryMs);
    },
    stop,
  };
}
