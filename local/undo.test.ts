import { expect, test } from 'vitest';
import { createUndoList } from './undo.ts';

test('everything is undone in reverse, once, and a failure stops nothing', async () => {
  const undone: number[] = [];
  const list = createUndoList();
  list.add(() => undone.push(1));
  list.add(async () => {
    throw new Error('the second fails');
  });
  list.add(() => undone.push(3));
  await expect(list.run()).rejects.toThrow('the second fails');
  expect(undone).toEqual([3, 1]);
  await list.run();
  expect(undone).toEqual([3, 1]);
});
