/**
 * The order of versions. A `v` before a digit is dropped; the rest is split at `.`, `-`, `_`, `+` and at borders of
 * letters and digits, and compared part by part: dev < alpha < beta < rc < the end (= 0) < numbers < other words.
 * Numbers compare numerically, words by code points; ties are broken by the whole text. `a` and `b` are alpha and beta
 * only right after a digit (`1.0a1`), since on their own they name hardware (`26.0.0-a2`). Known words count in any case.
 * Negative: `a` is the older. 0 for equal texts only.
 */
export function compareVersions(a: string, b: string): number {
  const left = partsOf(a);
  const right = partsOf(b);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const order = compareParts(left[i] ?? theEnd, right[i] ?? theEnd);
    if (order !== 0) return order;
  }
  return compareCodePoints(a, b);
}

interface Part {
  rank: number;
  /** Digits without leading zeros, when it is a number. */
  number: string;
  word: string;
}

const preReleaseRanks: ReadonlyMap<string, number> = new Map([
  ['dev', 0],
  ['alpha', 1],
  ['beta', 2],
  ['rc', 3],
]);
const numberRank = 4;
const wordRank = 5;
const theEnd: Part = { rank: numberRank, number: '', word: '' };

function partsOf(version: string): Part[] {
  return Array.from(version.matchAll(/[0-9]+|[^0-9.\-_+]+/g), (match): Part | null => {
    const [text] = match;
    if (/^[0-9]/.test(text)) {
      return { rank: numberRank, number: text.replace(/^0+/, ''), word: '' };
    }
    const before = version[match.index - 1] ?? '';
    const after = version[match.index + text.length] ?? '';
    if (/^v$/i.test(text) && /[0-9]/.test(after)) return null;
    const known = knownWord(text, /[0-9]/.test(before));
    return { rank: preReleaseRanks.get(known) ?? wordRank, number: '', word: known };
  }).filter((part) => part !== null);
}

function knownWord(text: string, afterDigit: boolean): string {
  const lower = text.toLowerCase();
  if (preReleaseRanks.has(lower)) return lower;
  if (afterDigit && lower === 'a') return 'alpha';
  if (afterDigit && lower === 'b') return 'beta';
  return text;
}

function compareParts(a: Part, b: Part): number {
  if (a.rank !== b.rank) return a.rank - b.rank;
  if (a.number.length !== b.number.length) return a.number.length - b.number.length;
  return compareCodePoints(a.number, b.number) || compareCodePoints(a.word, b.word);
}

/** `<` on strings compares UTF-16 units, which puts astral characters before U+E000. */
function compareCodePoints(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}
