import { expect, test } from 'vitest';
import { newOrg } from '../support/client.ts';

interface Operation {
  operationId?: string;
  summary?: string;
  tags?: string[];
  responses: Record<string, unknown>;
}

test('every operation has an id, a tag, a summary and its errors; every reference resolves', async () => {
  const client = await newOrg();
  const { status, body } = await client.call<{
    openapi: string;
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, unknown> };
  }>('GET', '/api/openapi.json');
  expect(status).toBe(200);
  expect(body.openapi).toBe('3.1.0');
  const operations = Object.entries(body.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
  );
  expect(operations.length).toBeGreaterThan(15);
  for (const { name, operation } of operations) {
    expect(operation, name).toMatchObject({
      operationId: expect.stringMatching(/^[a-z][A-Za-z]+$/),
      summary: expect.any(String),
      tags: [expect.any(String)],
    });
    expect(Object.keys(operation.responses), name).toContain('default');
  }
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  const references = JSON.stringify(body).matchAll(/"#\/components\/schemas\/([^"]+)"/g);
  for (const [, name] of references) expect(body.components.schemas).toHaveProperty(name ?? '');
  expect(body.components.schemas).toHaveProperty('Problem');
  expect(body.components.schemas.BackendDefinition).toMatchObject({ additionalProperties: false });
});
