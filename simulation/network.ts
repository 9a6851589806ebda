import type { Answer, createHttpClient } from '../agent/control-plane/http-client.ts';
import type { ControlPlane } from './control-plane.ts';
import type { Faults } from './faults.ts';
import type { Scheduler } from './scheduler.ts';

const deadlineMs = 10_000;

export interface NetworkOptions {
  scheduler: Scheduler;
  faults: Faults;
  controlPlane: ControlPlane;
  /** Nothing gets through in either direction. */
  isCut: () => boolean;
  isAlive: () => boolean;
  name: string;
}

/** The way of an agent's calls to the control plane: they and their replies get lost, late and double. */
export function simulatedNetwork(options: NetworkOptions): typeof createHttpClient {
  const { scheduler, faults, controlPlane, isCut, isAlive, name } = options;
  return () => ({
    post({ path, bearer, body, reply: schema }) {
      return new Promise((resolve) => {
        const end = (answer: Answer<never> | Parameters<typeof resolve>[0]) => {
          cancelDeadline();
          if (isAlive()) resolve(answer);
        };
        const cancelDeadline = scheduler.after(deadlineMs, () =>
          end({ kind: 'no_answer', detail: 'the deadline passed' }),
        );
        const deliver = async () => {
          if (isCut()) return;
          const answer = await controlPlane.post(path, bearer, body);
          if (path.endsWith('/sync')) note(body, answer);
          else scheduler.note(`${name} ${path} -> ${answer.status}`);
          for (const delay of faults.fate()) scheduler.after(delay, () => receive(answer));
        };
        const receive = (answer: { ok: boolean; status: number; body: string }) => {
          if (isCut()) return;
          const received: unknown = JSON.parse(answer.body);
          if (answer.ok) end({ kind: 'reply', reply: schema.parse(received), received });
          else {
            const problem = problemOf(answer.status, received);
            end({ kind: 'problem', problem, retry_after_ms: null });
          }
        };
        for (const delay of faults.fate()) scheduler.after(delay, deliver);
      });
    },
    get: () => Promise.resolve({ kind: 'no_answer', detail: 'is not simulated' }),
    close() {},
  });

  function note(sent: string, answer: { body: string }): void {
    const { epoch, seq, desired_revision, observed } = JSON.parse(sent);
    const { desired, send_all, code } = JSON.parse(answer.body);
    const seen = observed?.instances.map(
      (one: { instance_id: string; generation: number; state: string; reason: string | null }) =>
        `${one.instance_id.slice(-6)}/${one.generation} ${one.state}${one.reason ? ` (${one.reason})` : ''}`,
    );
    const says = code ?? (desired ? `set ${desired.revision} (${desired.launches.length})` : 'ok');
    const what = seen ? `${observed.complete ? '' : 'incomplete '}[${seen.join(', ')}]` : 'same';
    scheduler.note(
      `${name} sync ${epoch}.${seq} holds ${desired_revision} ${what} -> ${says}${send_all ? ', send all' : ''}`,
    );
  }
}

function problemOf(status: number, received: unknown) {
  const blank = { type: '', title: '', help: '', request_id: '', status, detail: '' };
  // Made by the simulated route itself.
  return { ...blank, ...(received as { code: string; detail: string; epoch?: number }) };
}
