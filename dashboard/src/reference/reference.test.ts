import { expect, test } from 'vitest';
import written from '../../../docs/openapi.json' with { type: 'json' };
import { curlOf } from './curl.ts';
import { type ApiDocument, filterOperations, operationsOf } from './document.ts';
import { limitsText, typeText } from './type-text.ts';

const document = written as unknown as ApiDocument; // as far as it is read
const operations = operationsOf(document);

function operation(id: string) {
  const found = operations.find(({ operationId }) => operationId === id);
  if (!found) throw new Error(`There is no operation ${id}.`);
  return found;
}

test('every operation has a place: its group is one that the document describes', () => {
  const groups = new Set(document.tags.map(({ name }) => name));
  expect(operations.length).toBeGreaterThan(70);
  expect(operations.filter(({ tags }) => !tags.some((tag) => groups.has(tag)))).toEqual([]);
});

test('operations are found by words of their name, path, summary and group, in any order', () => {
  const ids = (text: string) =>
    filterOperations(operations, text).map(({ operationId }) => operationId);
  expect(ids('backends DIFF')).toEqual(['diffBackendRevisions']);
  expect(ids('')).toHaveLength(operations.length);
  expect(ids('nothing has such words')).toEqual([]);
});

test('the command of an operation says what must be said, and nothing that a shell would read', () => {
  const create = curlOf(document, operation('createDeployment'), 'https://control.example');
  expect(create).toContain(`curl -X POST 'https://control.example/api/v1/deployments' \\\n`);
  expect(create).toContain('-H "Authorization: Bearer $LONGSHORE_TOKEN"');
  expect(create).toContain(`-H 'Content-Type: application/json'`);
  expect(JSON.parse(/-d '([\s\S]*)'$/.exec(create)?.[1] ?? '')).toMatchObject({ name: 'chat' });
  const patch = curlOf(document, operation('patchDeployment'), 'https://control.example');
  expect(patch).toContain(`-H 'If-Match: "3"'`);
  expect(curlOf(document, operation('getMeta'), 'http://localhost')).toBe(
    `curl 'http://localhost/api/v1/meta'`,
  );
});

test('a type is said in words, and its limits beside it', () => {
  expect(typeText({ type: 'array', items: { $ref: '#/components/schemas/Instance' } })).toBe(
    'list of Instance',
  );
  expect(typeText({ anyOf: [{ type: 'string' }, { type: 'null' }] })).toBe('text or null');
  expect(typeText({ type: 'object', additionalProperties: { type: 'string' } })).toBe(
    'map of text',
  );
  expect(limitsText({ type: 'integer', minimum: 0, maximum: 64, default: 1 })).toEqual([
    'at least 0',
    'at most 64',
    'default 1',
  ]);
});
