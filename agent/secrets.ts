import { maskedSecret } from '../contract/secret-mark.ts';
import { type Launch, secretsOf } from './desired.ts';

/** Shorter values would mask ordinary words. */
const shortestMasked = 4;

/** The values of secrets, in memory only. */
export interface Secrets {
  /** By name, as the newest desired set gave them. */
  readonly values: ReadonlyMap<string, string>;
  /** `more`: other values that are masked too. */
  replace(values: Readonly<Record<string, string>>, more?: readonly string[]): void;
  /** The text with every value that this process ever held masked: a container keeps the value it was made with. */
  mask(text: string): string;
  /** All that the launch may print is known, so that words of its container can be shown masked. */
  coverAll(launch: Launch): boolean;
}

export function createSecrets(): Secrets {
  let values = new Map<string, string>();
  const everHeld = new Set<string>();
  let longestFirst: string[] = [];
  return {
    get values() {
      return values;
    },
    replace(next, more = []) {
      values = new Map(Object.entries(next));
      for (const value of [...values.values(), ...more]) {
        if (value.length >= shortestMasked) everHeld.add(value);
      }
      // A value may hold another one.
      longestFirst = [...everHeld].sort((one, other) => other.length - one.length);
    },
    mask: (text) =>
      longestFirst.reduce((masked, value) => masked.replaceAll(value, maskedSecret), text),
    coverAll: (launch) => secretsOf(launch).every((name) => values.has(name)),
  };
}
