import { beforeAll, expect, test } from 'vitest';
import { chunksIn, firstLoad, gzipBytesOf } from '../../bench/dashboard/chunks.ts';
import { dashboardFolder } from '../../local/build/dashboard.ts';
import { buildAll } from '../../local/build.ts';

const budgetBytes = 260_000;
/** A word that only its code has. */
const laterOnly = [
  ['the editor of YAML', 'cm-scroller'],
  ['the reader of YAML', 'BLOCK_FOLDED'],
] as const;

// Nothing is built again where nothing has changed.
beforeAll(() => buildAll(), 240_000);

test('what every page needs is under 260 kB of JavaScript, gzipped', () => {
  const first = firstLoad(dashboardFolder);
  // React alone has more: less would mean that it was not all counted.
  expect(gzipBytesOf(first)).toBeGreaterThan(60_000);
  expect(gzipBytesOf(first)).toBeLessThan(budgetBytes);
});

test.each(laterOnly)('%s comes when somebody opens it', (_, word) => {
  const has = ({ code }: { code: string }) => code.includes(word);
  expect([...chunksIn(dashboardFolder).values()].filter(has)).not.toEqual([]);
  expect(
    firstLoad(dashboardFolder)
      .filter(has)
      .map(({ file }) => file),
  ).toEqual([]);
});

test('the schemas of the contract come with no page: pages know their types alone', () => {
  const all = [...chunksIn(dashboardFolder).values()];
  expect(all.filter(({ code }) => code.includes('ZodError')).map(({ file }) => file)).toEqual([]);
});
