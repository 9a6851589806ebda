import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { orgHeader } from '../../contract/org.ts';
import { startAgentProcess } from '../support/agent-process.ts';
import { newOrg } from '../support/client.ts';
import { docker, dockerTest } from '../support/docker.ts';
import { type PreviewReply, preview } from '../support/preview.ts';
import { readyClone } from '../support/ready-clone.ts';

const root = resolve(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'docs/backends.md'), 'utf8');

interface Block {
  language: string;
  body: string;
}

interface Example {
  name: string;
  /** Null: the deployment names no backend. */
  yaml: string | null;
  deployment: { backend_name: string; gpu?: { count: number } };
  /** The command line, and a line for each warning; or a line for each error. */
  expected: string;
}

const blocks = Array.from(
  text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm),
  ([, language = '', body = '']): Block => ({ language, body }),
);

/** A deployment in JSON with what it renders right after it, and the definition right before it. */
const examples = blocks.flatMap(({ language, body }, index): Example[] => {
  if (language !== 'json') return [];
  const [before, after] = [blocks[index - 1], blocks[index + 1]];
  expect(after?.language, body).toBe('text');
  const name = before && exampleName(before);
  const deployment = JSON.parse(body) as Example['deployment'];
  return [
    {
      name: name ?? deployment.backend_name,
      yaml: name ? before.body : null,
      deployment,
      expected: after?.body.trim() ?? '',
    },
  ];
});

function exampleName({ language, body }: Block): string | undefined {
  return language === 'yaml' ? /^# example: (\S+)\n/.exec(body)?.[1] : undefined;
}

/** A preview's reply in the words of the page. */
function inWords({ body }: PreviewReply): string {
  if (body.errors) {
    return body.errors
      .map(({ code, pointer, column }) => `error: ${code} at ${pointer}, column ${column}`)
      .join('\n');
  }
  const warnings = body.warnings.map(({ code, pointer }) => `warning: ${code} at ${pointer}`);
  return [body.command_line, ...warnings].join('\n');
}

test('every definition of docs/backends.md is an example with a deployment and what it renders', () => {
  const definitions = blocks.filter(({ language }) => language === 'yaml');
  expect(definitions.map(exampleName)).toEqual(
    examples.filter(({ yaml }) => yaml !== null).map(({ name }) => name),
  );
  expect(new Set(examples.map(({ name }) => name)).size).toBe(examples.length);
  expect(examples.length).toBeGreaterThanOrEqual(6);
});

test.each(examples)('the example $name renders what the page says', async (example) => {
  const client = await newOrg();
  const { yaml, deployment } = example;
  const host = { frameworks: ['cpu'], gpu_indexes: [] as number[] };
  if (yaml !== null) {
    const made = await client.call('POST', '/api/v1/backends', undefined, { yaml });
    expect(made.body).toMatchObject({ backend_name: parse(yaml).backend_name });
    host.frameworks = made.body.frameworks as string[];
    const needsGpu = host.frameworks.some((framework) => framework !== 'cpu');
    const count = deployment.gpu?.count ?? (needsGpu ? 1 : 0);
    host.gpu_indexes = Array.from({ length: count }, (_, index) => index);
  }
  expect(inWords(await preview(client, deployment, host))).toBe(example.expected);
});

dockerTest('a backend goes from a file to a running container as the page says', async () => {
  const client = await newOrg();
  const agent = await startAgentProcess(client);
  const folder = readyClone();
  // A curl that acts in this organisation and fails on errors.
  const curlrc = `fail\nsilent\nheader = "${orgHeader}: ${client.orgId}"\n`;
  writeFileSync(join(folder, '.curlrc'), curlrc);

  const steps = new Map(
    blocks.flatMap(({ body }) => {
      const name = /^# step: (.+)\n/.exec(body)?.[1];
      return name ? [[name, body] as const] : [];
    }),
  );
  const take = async (step: string) => {
    const script = `${steps.get('set up')}\n${steps.get(step)}`;
    const env = { ...process.env, CURL_HOME: folder };
    const { stdout } = await promisify(execFile)('sh', ['-ec', script], { cwd: folder, env });
    return stdout;
  };
  expect([...steps.keys()]).toEqual(['set up', 'import', 'preview', 'deploy', 'delete']);
  expect(await take('import')).toContain('"backend_name":"stand-in"');
  expect(await take('preview')).toContain('"command_line":"serve ');
  expect(await take('deploy')).toContain('"type":"ready"');
  expect(await docker().containersOf(agent.hostId)).toHaveLength(1);
  await take('delete');
  expect(await docker().containersOf(agent.hostId)).toEqual([]);
  expect((await client.call('GET', '/api/v1/backends/stand-in')).status).toBe(404);
});
