import { maskCredentials } from './mask.ts';

const longest = 8192;

/**
 * For the log: an error and what caused it, each with the head of its stack. Without the values that were bound to a query,
 * which drizzle's message lists after it.
 */
export function describeError(error: unknown): string {
  const parts: string[] = [];
  for (let current = error, depth = 0; current instanceof Error && depth < 4; depth += 1) {
    const { message, stack = '' } = current;
    parts.push(message.replace(/\nparams: [\s\S]*$/, ''));
    // A stack begins with the message, values and all.
    const at = stack.indexOf(message);
    const frames = at < 0 ? '' : stack.slice(at + message.length);
    const lines = frames.split('\n').map((line) => line.trim());
    parts.push(...lines.filter((line) => line.startsWith('at ')).slice(0, 6));
    current = current.cause;
  }
  return maskCredentials(parts.join(' | ').slice(0, longest));
}
