import type { Unit } from './unit.ts';

/**
 * Where the JSON object or array ends that begins at `from` (the index after it), or `from` when none begins there or
 * its brackets never close. As in GPUStack it counts brackets outside of strings and does not parse, so that what only
 * looks like JSON (`[0-9]+`, a Python dict) counts too. A value that a placeholder brought into a string can't end it.
 */
export function jsonEnd(units: readonly Unit[], from: number): number {
  const first = units[from]?.text;
  if (first !== '{' && first !== '[') return from;
  let depth = 0;
  /** The quote that opened the string that we are in. */
  let string: Unit | null = null;
  for (let at = from; at < units.length; at++) {
    const unit = units[at];
    if (!unit) break;
    const isLiteral =
      string !== null && unit.broughtBy !== null && unit.broughtBy !== string.broughtBy;
    if (isLiteral) continue;
    if (unit.text === '\\') {
      at += 1;
    } else if (unit.text === '"') {
      string = string === null ? unit : null;
    } else if (string === null && (unit.text === '{' || unit.text === '[')) {
      depth += 1;
    } else if (string === null && (unit.text === '}' || unit.text === ']')) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return from;
}
