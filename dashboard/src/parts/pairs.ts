import type { JsonObject } from '../../../contract/json.ts';
import type { Finding } from './findings.ts';
import type { Pair } from './key-value-rows.tsx';

/** The later of two rows of one name wins; that there are two is told before anything is sent. */
export function mapOf(pairs: readonly Pair[]): JsonObject | undefined {
  const named = pairs.filter(({ key }) => key.trim() !== '');
  if (named.length === 0) return undefined;
  return Object.fromEntries(named.map(({ key, value }) => [key.trim(), value]));
}

/** What `mapOf` would lose: values without a name, and the first of two with the same. */
export function faultsOfPairs(
  pairs: readonly Pair[],
  pointerOf: (key: string) => string,
): Finding[] {
  const keys = pairs.map(({ key }) => key.trim());
  return pairs.flatMap(({ value }, index): Finding[] => {
    const key = keys[index] ?? '';
    const pointer = pointerOf(key);
    if (key === '') return value === '' ? [] : [{ pointer, detail: 'Enter a name.' }];
    return keys.indexOf(key) === index ? [] : [{ pointer, detail: 'This name is already used.' }];
  });
}
