/**
 * A secret's place in a rendered text: its name between two NUL characters. A process can't be given a NUL, so no
 * text that a user writes can hold one, and a mark can't be forged.
 */
export function secretMark(name: string): string {
  return `\0${name}\0`;
}

const mark = /\0([^\0]*)\0/g;

/** The names of the secrets that `text` holds marks of, each once. */
export function secretNamesIn(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(mark), (match) => match[1] ?? ''))];
}

/** `text` with every mark replaced by what `secretValue` gives for its name. */
export function replaceSecretMarks(text: string, secretValue: (name: string) => string): string {
  return text.replace(mark, (_whole, name: string) => secretValue(name));
}

/** What people see where a secret stands. */
export const maskedSecret = '***';

/** A deep copy of `value` in which every mark of a secret reads `***`. */
export function maskSecrets<Value>(value: Value): Value {
  return mapStrings(value, (text) => replaceSecretMarks(text, () => maskedSecret)) as Value; // same shape: strings stay strings
}

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, mapStrings(item, change)]),
  );
}
