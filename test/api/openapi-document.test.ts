import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve as resolvePath } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { documentText } from '../../src/http/document/text.ts';
import { schemaChecker } from '../support/json-schema.ts';
import {
  type Body,
  type Document,
  type NamedOperation,
  operationsOf,
  readDocument,
  resolve,
  type Schema,
} from '../support/openapi.ts';

const root = resolvePath(import.meta.dirname, '../..');

test('every operation says all that a client needs; what a new route or schema lacks is named here', async () => {
  const document = await readDocument();
  const operations = operationsOf(document);
  expect(operations.length).toBeGreaterThan(45);
  expect([
    ...operations.flatMap((operation) => lacksOfOperation(document, operation)),
    ...Object.entries(document.components.schemas).flatMap(([name, schema]) =>
      lacksOfSchema(document, name, schema),
    ),
  ]).toEqual([]);
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

test('every example in the document is valid for its schema', async () => {
  const document = await readDocument();
  const { faultsOf } = schemaChecker(document);
  const faults = operationsOf(document).flatMap(({ operation }) =>
    bodiesOf(document, operation).flatMap(([where, body]) =>
      Object.values(body.content ?? {}).flatMap(({ schema, examples = {} }) =>
        Object.entries(examples).flatMap(([name, example]) =>
          faultsOf(schema, resolve(document, example).value).map(
            (fault) => `${operation.operationId}, ${where}, example ${name}: ${fault}`,
          ),
        ),
      ),
    ),
  );
  expect(faults).toEqual([]);
});

test('the committed document is the running one', async () => {
  const committed = readFileSync(resolvePath(root, 'docs/openapi.json'), 'utf8');
  const isRunning = committed === documentText(await readDocument());
  expect(isRunning, 'docs/openapi.json is out of date: `npm run openapi` renews it').toBe(true);
});

test("redocly's recommended rules find nothing in the committed document", async () => {
  const command = ['run', '--silent', 'openapi:lint', '--', '--format', 'json'];
  const { stdout } = await promisify(execFile)('npm', command, { cwd: root }).catch(
    (error: { stdout: string }) => error, // its exit code is 1 where it finds something
  );
  const { totals, problems } = JSON.parse(stdout.slice(stdout.indexOf('{')));
  const found = problems.filter((problem: { ignored?: boolean }) => !problem.ignored);
  expect(found).toEqual([]);
  // As many as .redocly.lint-ignore.yaml gives reasons for.
  expect(totals).toMatchObject({ errors: 0, warnings: 0, ignored: 3 });
});

/** What `operation` lacks, in words that say what to do about it. */
function lacksOfOperation(document: Document, { method, path, operation }: NamedOperation) {
  const name = operation.operationId ?? `${method} ${path}`;
  const lacks: string[] = [];
  const need = (has: unknown, what: string) => {
    if (!has) lacks.push(`${name}: ${what}`);
  };
  need(/^[a-z][A-Za-z]+$/.test(operation.operationId), 'give it a camelCase `operationId`');
  need(operation.summary, 'give it a `summary`');
  need(operation.tags?.length === 1, 'give it one tag');
  for (const tag of operation.tags ?? []) {
    const described = document.tags.some((one) => one.name === tag);
    need(described, `describe the tag ${tag} in src/http/document/tags.ts`);
  }
  for (const scheme of (operation.security ?? []).flatMap(Object.keys)) {
    need(document.components.securitySchemes[scheme], `there is no security scheme ${scheme}`);
  }
  for (const reference of operation.parameters ?? []) {
    const parameter = resolve(document, reference);
    need(parameter.description, `describe the parameter ${parameter.name} in its schema`);
  }
  const errors = Object.keys(operation.responses).filter((status) => Number(status) >= 400);
  need(errors.length > 0 || name === 'getHealth', 'add `...problems` to its `responses`');
  need(!operation.responses.default, 'its `default` response is not one of `problems`');
  for (const [where, body] of bodiesOf(document, operation)) {
    need(body.description ?? where === 'request', `describe its answer ${where}`);
    if (where !== 'request' && where !== '101') {
      need(body.headers?.['Longshore-Request-Id'], `its answer ${where} lacks the request id`);
    }
    for (const [type, media] of Object.entries(body.content ?? {})) {
      const schema = media.schema.$ref?.split('/').at(-1);
      const isProblem = type === 'application/problem+json';
      need(schema, `give the schema of its ${where} an id: \`.meta({ id: 'Name' })\``);
      need(
        isProblem || media.examples,
        `add an example of the schema ${schema} to contract/examples (${where}, ${type})`,
      );
    }
  }
  return lacks;
}

/** Properties without a description, also of what stands inside without a name of its own. */
function lacksOfSchema(document: Document, path: string, schema: Schema): string[] {
  const isPage = Boolean(schema.properties?.next_cursor);
  const lacks: string[] = [];
  if (!path.includes('.') && !schema.description && !isPage) {
    lacks.push(`schema ${path}: describe it in its \`.meta\``);
  }
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    if (!(property.description ?? resolve(document, property).description)) {
      lacks.push(`schema ${path}: describe its property ${key}`);
    }
    lacks.push(...lacksOfSchema(document, `${path}.${key}`, property));
  }
  const { items, anyOf = [], additionalProperties } = schema;
  const inner = [items, ...anyOf, additionalProperties].filter((one) => typeof one === 'object');
  return [...lacks, ...inner.flatMap((one) => lacksOfSchema(document, `${path}.`, one))];
}

/** The request's body and the answers, each with its name. */
function bodiesOf(document: Document, operation: NamedOperation['operation']): [string, Body][] {
  const { requestBody, responses } = operation;
  const answers = Object.entries(responses).map(([status, response]): [string, Body] => [
    status,
    resolve(document, response),
  ]);
  return requestBody ? [['request', requestBody], ...answers] : answers;
}
