import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { sql } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from './client.ts';
import { newMeter } from './meter.ts';

const busy = { type: 'error', error: { message: 'database is locked', code: 'SQLITE_BUSY' } };
const broken = { type: 'error', error: { message: 'no such table', code: 'SQLITE_ERROR' } };
const done = {
  type: 'ok',
  response: {
    type: 'execute',
    result: { cols: [], rows: [], affected_row_count: 0, last_insert_rowid: null },
  },
};

/** A database server that gives these answers, the last one for ever, and counts how often it was asked. */
async function databaseThatSays(...answers: object[]) {
  let asked = 0;
  const server = createServer(async (request, response) => {
    const body = await text(request);
    if (!request.url?.endsWith('/pipeline')) return response.end();
    const answer = answers[Math.min(asked, answers.length - 1)];
    asked += 1;
    // Around the statement the client keeps texts and closes its stream.
    const results = (JSON.parse(body) as { requests: { type: string }[] }).requests.map(
      ({ type }) =>
        type === 'execute' || type === 'batch' ? answer : { type: 'ok', response: { type } },
    );
    response.setHeader('content-type', 'application/json');
    return response.end(JSON.stringify({ baton: null, base_url: null, results }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo; // listens on TCP
  const database = openDatabase({ url: `http://127.0.0.1:${port}`, meter: newMeter() });
  return { database, asked: () => asked };
}

const statement = sql`UPDATE hosts SET seq = 1`;

test('a request that finds the database busy is made again until there is room', async () => {
  const { database, asked } = await databaseThatSays(busy, busy, done);
  await database.run(statement);
  expect(asked()).toBe(3);
});

test('a whole batch too', async () => {
  const step = (errors: (object | null)[]) => ({
    type: 'ok',
    response: {
      type: 'batch',
      result: {
        step_results: errors.map((error) => (error ? null : done.response.result)),
        step_errors: errors,
      },
    },
  });
  const refused = step([busy.error, null, null, null]);
  const { database, asked } = await databaseThatSays(refused, step([null, null, null, null]));
  await database.batch([database.run(statement)]);
  expect(asked()).toBe(2);
});

test('a database that stays busy is given up, and says so', async () => {
  const { database, asked } = await databaseThatSays(busy);
  await expect(database.run(statement)).rejects.toMatchObject({ cause: { code: 'SQLITE_BUSY' } });
  expect(asked()).toBe(6);
});

test('what fails for another reason is not tried again', async () => {
  const { database, asked } = await databaseThatSays(broken, done);
  await expect(database.run(statement)).rejects.toThrow();
  expect(asked()).toBe(1);
});
