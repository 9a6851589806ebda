const longestName = 64;
const mostKnown = 1000;

/**
 * The one of `known` that `name` was probably meant to be: the same but for case, or at most two letters away (one in
 * names of less than five). Null when none is close, and for names longer than people write; of many it looks at the first.
 */
export function nearest(name: string, known: Iterable<string>): string | null {
  if (name.length > longestName) return null;
  let best: string | null = null;
  let looked = 0;
  let bestDistance = name.length < 5 ? 1.5 : 2.5;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > 2) continue;
    looked += 1;
    if (looked > mostKnown) break;
    const sameButForCase = candidate.toLowerCase() === name.toLowerCase();
    const distance = sameButForCase ? 0.5 : editDistance(name, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein's: how many letters to add, drop or change. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const change = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
