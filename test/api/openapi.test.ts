import { expect, test } from 'vitest';
import { newOrg } from '../support/client.ts';
import { operationsOf, readDocument } from '../support/openapi.ts';

async function theOperations() {
  const client = await newOrg();
  const operations = operationsOf(await readDocument());
  // A revision is a number; nothing has the name 1.
  const call = (method: string, path: string, given?: unknown) =>
    client.call(method.toUpperCase(), path.replaceAll(/\{\w+\}/g, '1'), given);
  return { operations: operations.filter(({ path }) => path !== '/healthz'), call };
}

test('no operation takes a query parameter that it does not declare', async () => {
  const { operations, call } = await theOperations();
  expect(operations.length).toBeGreaterThan(40);
  for (const { method, path } of operations) {
    const reply = await call(method, `${path}?unknown=1`);
    expect(reply, `${method} ${path}`).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ pointer: '?unknown', code: 'unknown_key' }] },
    });
  }
});

test('no operation takes a body that it does not declare; an empty one is none', async () => {
  const { operations, call } = await theOperations();
  const bodiless = operations.filter(
    ({ method, operation }) => method === 'post' && !operation.requestBody,
  );
  expect(bodiless.length).toBeGreaterThan(5);
  for (const { method, path } of bodiless) {
    const reply = await call(method, path, { nonsense: 1 });
    expect(reply, `${method} ${path}`).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ pointer: '/nonsense', code: 'unknown_key' }] },
    });
    expect([200, 204, 404, 412, 428], `${method} ${path}`).toContain(
      (await call(method, path, {})).status,
    );
  }
});
