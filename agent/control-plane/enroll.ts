import { randomBytes } from 'node:crypto';
import { EnrollReply, type EnrollRequest } from '../../contract/agent-protocol.ts';
import type { Clock } from '../clock.ts';
import { pause } from '../clock.ts';
import type { Identity, Journal } from '../journal.ts';
import type { Log } from '../log.ts';
import { callBackoff, fullJitterMs, type Random } from './backoff.ts';
import { newHostSecret } from './host-secret.ts';
import type { HttpClient } from './http-client.ts';

/** The control plane refused for good; `message` says what to do. */
export class EnrollRefusedError extends Error {
  override name = 'EnrollRefusedError';
}

export interface Enrollment {
  url: string;
  token: string;
  name: string;
  labels: Record<string, string>;
}

export interface EnrollPorts {
  journal: Pick<Journal, 'readIdentity' | 'writeIdentity'>;
  client: HttpClient;
  clock: Clock;
  random: Random;
  log: Log;
  signal: AbortSignal;
}

export type EnrolledIdentity = Identity & { host_id: string };

/**
 * Makes this machine a host. Its id and secret are on the disk before they are sent, and the same pair gives the same
 * host, so a lost reply (or a crash at any point) is harmless. Tries until there is an answer. Throws
 * `EnrollRefusedError`; an `AbortError` when `signal` aborts.
 */
export async function enroll(wanted: Enrollment, ports: EnrollPorts): Promise<EnrolledIdentity> {
  const { journal, client, clock, random, log, signal } = ports;
  const known = await journal.readIdentity();
  const identity: Identity = known
    ? { ...known, url: wanted.url }
    : { install_id: newInstallId(), secret: newHostSecret(), url: wanted.url, host_id: null };
  await journal.writeIdentity(identity);
  const request: EnrollRequest = {
    install_id: identity.install_id,
    secret: identity.secret,
    name: wanted.name,
    labels: wanted.labels,
  };
  for (let failures = 1; ; failures++) {
    const answer = await client.post({
      path: '/api/agent/v1/enroll',
      bearer: wanted.token,
      body: JSON.stringify(request),
      reply: EnrollReply,
    });
    signal.throwIfAborted();
    if (answer.kind === 'reply') {
      const enrolled = { ...identity, host_id: answer.reply.host_id };
      await journal.writeIdentity(enrolled);
      log.info('enrolled', { host: enrolled.host_id, name: answer.reply.name, url: wanted.url });
      return enrolled;
    }
    if (answer.kind === 'problem' && answer.problem.status < 500 && answer.problem.status !== 429) {
      throw new EnrollRefusedError(refusalMessage(answer.problem));
    }
    const waitMs =
      (answer.kind === 'problem' ? answer.retry_after_ms : null) ??
      fullJitterMs(callBackoff, failures, random);
    const message = answer.kind === 'problem' ? answer.problem.detail : answer.detail;
    log.warn('no answer to the enrolment', { message, url: wanted.url, retry_in_ms: waitMs });
    await pause(clock, waitMs, signal);
    signal.throwIfAborted();
  }
}

function refusalMessage(problem: { status: number; code: string; detail: string; help: string }) {
  if (problem.status === 401) {
    return 'The control plane does not take this enrolment token: it is wrong, used up or expired. Make a new one.';
  }
  if (problem.code === 'install_conflict') {
    return 'The control plane knows this installation with another secret. Remove the state folder to enrol this machine as a new host.';
  }
  return `The control plane refused (${problem.code}): ${problem.detail} ${problem.help}`;
}

function newInstallId(): string {
  return randomBytes(16).toString('base64url');
}
