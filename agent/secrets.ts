import { maskedSecret } from '../contract/secret-mark.ts';
import { type Launch, secretsOf } from './desired.ts';

/** Shorter values would mask ordinary words. */
const shortestMasked = 4;
/** Of a line of a value: `-----BEGIN`, a brace and the like are in many values. */
const shortestLine = 12;

/** The values of secrets, in memory only. */
export interface Secrets {
  /** By name, as the newest desired set gave them. */
  readonly values: ReadonlyMap<string, string>;
  /** `more`: other values that are masked too. */
  replace(values: Readonly<Record<string, string>>, more?: readonly string[]): void;
  /** The text with every value that this process ever held masked: a container keeps the value it was made with. */
  mask(text: string): string;
  /** As `mask`, for a piece of something longer: it may begin or end in the middle of a value. */
  maskPiece(text: string): string;
  /** All that the launch may print is known, so that words of its container can be shown masked. */
  coverAll(launch: Launch): boolean;
}

export function createSecrets(): Secrets {
  let values = new Map<string, string>();
  const everHeld = new Set<string>();
  let longestFirst: string[] = [];
  const mask = (text: string) =>
    longestFirst.reduce((masked, value) => masked.replaceAll(value, maskedSecret), text);
  return {
    get values() {
      return values;
    },
    replace(next, more = []) {
      values = new Map(Object.entries(next));
      for (const value of [...values.values(), ...more]) {
        for (const form of formsOf(value)) if (form.length >= shortestMasked) everHeld.add(form);
      }
      // A value may hold another one.
      longestFirst = [...everHeld].sort((one, other) => other.length - one.length);
    },
    mask,
    maskPiece: (text) => maskEnds(mask(text), longestFirst),
    coverAll: (launch) => secretsOf(launch).every((name) => values.has(name)),
  };
}

/** Masks what a piece of a text has of a value that the cut went through. */
function maskEnds(text: string, values: readonly string[]): string {
  let [start, end] = [0, text.length];
  for (const value of values) {
    const longest = Math.min(value.length - 1, text.length);
    start = Math.max(
      start,
      lengthThat(longest, (length) => text.startsWith(value.slice(-length))),
    );
    end = Math.min(
      end,
      text.length - lengthThat(longest, (length) => text.endsWith(value.slice(0, length))),
    );
  }
  if (start > 0 && start >= end) return maskedSecret;
  const [before, after] = [start > 0, end < text.length].map((cut) => (cut ? maskedSecret : ''));
  return `${before}${text.slice(start, end)}${after}`;
}

/** The greatest length up to `longest`, of at least what is masked, that fits; 0: none. */
function lengthThat(longest: number, fits: (length: number) => boolean): number {
  for (let length = longest; length >= shortestMasked; length -= 1) if (fits(length)) return length;
  return 0;
}

/**
 * How a value may stand in what a container says: as it is, within JSON, within an address, on one line as probe
 * answers are shown, and one line of it alone, since the last lines of a log may begin in the middle of a key.
 */
function formsOf(value: string): string[] {
  const lines = value
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.length >= shortestLine);
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    // A lone surrogate has no such form, and would throw.
    encodeURIComponent(Buffer.from(value).toString()),
    value.replace(/\s+/g, ' ').trim(),
    ...lines,
  ];
}
