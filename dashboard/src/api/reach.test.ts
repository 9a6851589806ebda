import { expect, test } from 'vitest';
import { reach } from './reach.ts';

test('it is lost once two in a row get no answer, or at once without a network, says when the last one came, and is back with the next', () => {
  const seen: unknown[] = [];
  const end = reach.subscribe(() => seen.push(reach.get()));
  reach.answered(1);
  reach.failed();
  reach.answered(2);
  reach.failed();
  expect(seen).toEqual([]);
  reach.failed();
  reach.failed();
  reach.answered(3);
  reach.cut();
  reach.failed();
  reach.answered(4);
  expect(seen).toEqual([
    { isLost: true, answeredAt: 2 },
    { isLost: false, answeredAt: 3 },
    { isLost: true, answeredAt: 3 },
    { isLost: false, answeredAt: 4 },
  ]);
  end();
});
