import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { newOrg } from '../support/client.ts';
import { preview } from '../support/preview.ts';

interface Example {
  name: string;
  yaml: string;
  deployment: Record<string, unknown>;
  commandLine: string;
}

/** A definition, then (with anything between) the deployment in JSON and the command that it renders. */
function examplesOf(text: string): Example[] {
  const pattern =
    /```yaml\n(# example: (\S+)\n[\s\S]*?)```[\s\S]*?```json\n([\s\S]*?)```\s*```text\n([\s\S]*?)```/g;
  return Array.from(text.matchAll(pattern), ([, yaml = '', name = '', json = '', line = '']) => ({
    name,
    yaml,
    deployment: JSON.parse(json) as Record<string, unknown>,
    commandLine: line.trim(),
  }));
}

const text = readFileSync(resolve(import.meta.dirname, '../../docs/backends.md'), 'utf8');
const examples = examplesOf(text);

test('every example of docs/backends.md is complete', () => {
  expect(examples.map((example) => example.name)).toEqual(
    Array.from(text.matchAll(/^# example: (\S+)/gm), (match) => match[1]),
  );
  expect(examples.length).toBeGreaterThanOrEqual(7);
});

test.each(examples)('the example $name renders what the page says', async (example) => {
  const client = await newOrg();
  const made = await client.call('POST', '/api/v1/backends', undefined, { yaml: example.yaml });
  expect(made.body).toMatchObject({ backend_name: parse(example.yaml).backend_name });
  const { gpu } = example.deployment as { gpu?: { count: number } };
  const frameworks = made.body.frameworks as string[];
  const needsGpu = frameworks.some((framework) => framework !== 'cpu');
  const indexes = Array.from({ length: gpu?.count ?? (needsGpu ? 1 : 0) }, (_, index) => index);
  const reply = await preview(client, example.deployment, { frameworks, gpu_indexes: indexes });
  expect(reply.body.command_line).toBe(example.commandLine);
  expect(reply.body.warnings).toEqual([]);
});
