import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Backend } from '../../contract/backend.ts';
import type { Preview } from '../../contract/preview.ts';
import { newOrg } from '../support/client.ts';

const folder = resolve(import.meta.dirname, '../../../shared/specs');
const files = existsSync(folder)
  ? readdirSync(folder).filter((name) => name.endsWith('.yaml'))
  : [];
if (files.length === 0 && process.env.CI)
  throw new Error(`The definitions of ${folder} are missing.`);
if (files.length === 0) console.warn(`\n  NO DEFINITIONS in ${folder}: real ones are NOT TRIED.\n`);

/** Warnings that say something true of a definition. */
const trueWarnings: Record<string, string[]> = {
  // Its entrypoint is `/bin/sh -c`, which takes the first word only.
  'ui-template-vllm-custom.yaml': ['arguments_lost'],
};

describe.skipIf(files.length === 0)('real definitions', () => {
  test('there are fifteen of them', () => expect(files).toHaveLength(15));

  test.each(files)(
    '%s imports as it is, and its export imports again to the same',
    async (file) => {
      const yaml = readFileSync(join(folder, file), 'utf8');
      const [one, two, three] = [await newOrg(), await newOrg(), await newOrg()];
      const created = await one.call<Backend>('POST', '/api/v1/backends', undefined, { yaml });
      expect(created.body).toMatchObject({ source: 'custom' });
      expect(created.status).toBe(201);
      const path = `/api/v1/backends/${created.body.backend_name}`;
      const exported = await one.call<string>('GET', path, undefined, {
        headers: { accept: 'application/yaml' },
      });
      const fromYaml = await two.call<Backend>('POST', '/api/v1/backends', undefined, {
        yaml: exported.body,
      });
      const fromJson = await three.call<Backend>('POST', '/api/v1/backends', created.body);
      const own = { id: '', created_at: '', updated_at: '' };
      expect({ ...fromYaml.body, ...own }).toEqual({ ...created.body, ...own });
      expect({ ...fromJson.body, ...own }).toEqual({ ...created.body, ...own });
      const again = await two.call<string>('GET', path, undefined, {
        headers: { accept: 'application/yaml' },
      });
      expect(again.body).toBe(exported.body);
    },
  );

  test.each(files)('each version of %s renders on a host of its framework', async (file) => {
    const client = await newOrg();
    const yaml = readFileSync(join(folder, file), 'utf8');
    const { body } = await client.call<Backend>('POST', '/api/v1/backends', undefined, { yaml });
    for (const [version, config] of Object.entries(body.version_configs)) {
      const preview = await client.call<Preview>('POST', '/api/v1/previews', {
        deployment: {
          name: 'model',
          backend_name: body.backend_name,
          backend_version: version,
          model: { source: 'huggingface', repo_id: 'Qwen/Qwen3-0.6B' },
        },
        host: {
          frameworks: [config.custom_framework],
          gpu_indexes: config.custom_framework === 'cpu' ? [] : [0],
        },
      });
      expect(preview.body, `${version}`).toMatchObject({
        launch_spec: { image: config.image_name },
      });
      expect(preview.cost).toMatchObject({ requests: 1, rowsWritten: 0 });
      const codes = new Set(preview.body.warnings.map((warning) => warning.code));
      expect([...codes]).toEqual(trueWarnings[file] && config.entrypoint ? trueWarnings[file] : []);
    }
  });
});
