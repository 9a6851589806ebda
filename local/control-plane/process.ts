import { SetupError } from '../docker/setup-error.ts';
import { logTail } from '../home/logs.ts';
import { type Child, type ChildExit, describeExit, startChild } from '../process/child.ts';
import type { Roster } from '../process/roster.ts';
import { Answer, type Order, type StartOrder } from './messages.ts';

const READY_DEADLINE_MS = 60_000;
const STOP_GRACE_MS = 5_000;

/** A control plane that waits for its order: loading its runtime takes a while, which others can use. */
export interface ControlPlaneProcess {
  child: Child;
  /** Resolves with the port once it answers there. */
  start(order: Omit<StartOrder, 'type'>): Promise<number>;
  stop(): Promise<void>;
}

export async function spawnControlPlane(request: {
  program: string;
  logFile: string;
  roster: Roster;
}): Promise<ControlPlaneProcess> {
  const { program, logFile, roster } = request;
  const child = await startChild({
    name: 'control_plane',
    command: process.execPath,
    args: [program],
    env: environment(process.env),
    ipc: true,
    logFile,
    roster,
  });
  const send = (order: Order) => {
    // A process that is ending cannot be told anything; its end is noticed elsewhere.
    child.process.send(order, () => {});
  };
  return {
    child,
    async start(order) {
      const answer = nextAnswer(child);
      send({ type: 'start', ...order });
      return answer;
    },
    async stop() {
      await child.stop({ grace_ms: STOP_GRACE_MS, ask: () => send({ type: 'stop' }) });
    },
  };
}

async function nextAnswer(child: Child): Promise<number> {
  const answer = new Promise<Answer>((resolve) => {
    child.process.once('message', (message) => resolve(Answer.parse(message)));
  });
  const deadline = AbortSignal.timeout(READY_DEADLINE_MS);
  const late = new Promise<'late'>((resolve) => {
    deadline.addEventListener('abort', () => resolve('late'));
  });
  const first: Answer | ChildExit | 'late' = await Promise.race([answer, child.exited, late]);
  const seeLog = `For more, see ${child.logFile}.`;
  if (first === 'late') {
    throw new SetupError(
      `The control plane does not answer after ${READY_DEADLINE_MS / 1000} s.`,
      seeLog,
    );
  }
  if (!('type' in first)) {
    const tail = logTail(child.logFile, 8);
    throw new SetupError(`The control plane ${describeExit(first)}:\n${tail}`, seeLog);
  }
  if (first.type === 'failed') {
    throw new SetupError(`The control plane does not start: ${first.message}`, seeLog);
  }
  return first.port;
}

/** workerd gets what it is given by name, and nothing of our secrets. */
function environment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'TZ'].map((name) => [name, env[name]]);
  return { ...Object.fromEntries(kept), NO_COLOR: '1' };
}
