/** Numbers that follow from a seed (mulberry32), so that a run can be had again. */
export interface Random {
  /** From 0, below 1. */
  next(): number;
  /** Both ends included. */
  int(least: number, greatest: number): number;
  pick<Item>(items: readonly Item[]): Item;
  chance(probability: number): boolean;
}

export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (least: number, greatest: number) =>
    Math.min(greatest, least + Math.floor(next() * (greatest - least + 1)));
  return {
    next,
    int,
    pick<Item>(items: readonly Item[]) {
      if (items.length === 0) throw new Error('there is nothing to pick from');
      return items[int(0, items.length - 1)] as Item; // the index is inside
    },
    chance: (probability) => next() < probability,
  };
}

/** The seed of one case: of the run's seed and what the case is, so that it does not depend on the cases before it. */
export function seedOf(seed: number, name: string, index: number): number {
  let hash = seed ^ Math.imul(index + 1, 0x9e3779b1);
  for (const char of name) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  return hash >>> 0;
}
