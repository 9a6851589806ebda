import { onTestFinished } from 'vitest';
import type { FakeAgent } from './fake-agent.ts';

/** Well within the 20 s after which a silent host is offline. */
const EVERY_MS = 4_000;

/** The host gives signs of life until the test is over, however long what stands between its reports takes. */
export function keepOnline(agent: FakeAgent): FakeAgent {
  const timer = setInterval(() => {
    // What the test sends meanwhile may overtake it, and what is overtaken is refused: that is no matter.
    agent.send(agent.message()).catch(() => {});
  }, EVERY_MS);
  onTestFinished(() => clearInterval(timer));
  return agent;
}
