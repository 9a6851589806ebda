import { createClient } from '@libsql/client/http';
import { expect, onTestFinished, test } from 'vitest';
import { startScratchDatabase } from './scratch.ts';

test('a crowd of writers is served, and none is refused or left waiting', async () => {
  const { url, authToken, stop } = await startScratchDatabase();
  onTestFinished(stop);
  const database = () => createClient({ url, authToken });
  await database().execute('CREATE TABLE rows (id TEXT PRIMARY KEY, text TEXT, count INTEGER)');
  const writers = Array.from({ length: 32 }, async (_, writer) => {
    for (let round = 0; round < 100; round += 1) {
      const id = `${writer}/${round % 50}`;
      await database().batch(
        [
          {
            sql: 'INSERT INTO rows VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET count = count + 1',
            args: [id, 'x'.repeat(2000)],
          },
          { sql: 'UPDATE rows SET text = ? WHERE id = ?', args: ['y'.repeat(3000), `${writer}/0`] },
        ],
        'write',
      );
    }
  });
  await Promise.all(writers);
  const { rows } = await database().execute('SELECT sum(count) AS written FROM rows');
  expect(rows).toEqual([{ written: 3200 }]);
}, 60_000);
