import { expect, test } from 'vitest';
import { newOrg } from '../support/client.ts';

interface Operation {
  operationId?: string;
  summary?: string;
  tags?: string[];
  requestBody?: unknown;
  responses: Record<string, unknown>;
}

interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown> };
}

async function readDocument() {
  const client = await newOrg();
  const { status, body } = await client.call<Document>('GET', '/api/openapi.json');
  const operations = Object.entries(body.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method, path, operation })),
  );
  // A revision is a number; nothing has the name 1.
  const call = (method: string, path: string, given?: unknown) =>
    client.call(method.toUpperCase(), path.replaceAll(/\{\w+\}/g, '1'), given);
  return { status, body, operations, call };
}

test('no operation takes a query parameter that it does not declare', async () => {
  const { operations, call } = await readDocument();
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
  const { operations, call } = await readDocument();
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

test('every operation has an id, a tag, a summary and its errors; every reference resolves', async () => {
  const { status, body, operations } = await readDocument();
  expect(status).toBe(200);
  expect(body.openapi).toBe('3.1.0');
  expect(operations.length).toBeGreaterThan(15);
  for (const { method, path, operation } of operations) {
    const name = `${method} ${path}`;
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

test('every field of what people read and write says what it is', async () => {
  const { body } = await readDocument();
  interface Schema {
    $ref?: string;
    description?: string;
    properties?: Record<string, Schema>;
  }
  const { schemas } = body.components as { schemas: Record<string, Schema> };
  const described = ({ $ref, description }: Schema): boolean =>
    Boolean(description ?? schemas[$ref?.split('/').at(-1) ?? '']?.description);
  const components = [
    'Deployment',
    'DeploymentInput',
    'DeploymentStatus',
    'RolloutStatus',
    'Host',
    'HostDetail',
    'Instance',
    'Event',
  ];
  for (const name of components) {
    const fields = Object.entries(schemas[name]?.properties ?? {});
    expect(fields.length, name).toBeGreaterThan(2);
    const bare = fields.filter(([, field]) => !described(field)).map(([field]) => field);
    expect(bare, name).toEqual([]);
  }
  // What has a name of its own is still referred to by it.
  expect(schemas.Deployment?.properties?.status?.$ref).toBe(
    '#/components/schemas/DeploymentStatus',
  );
});
