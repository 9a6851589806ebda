import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Bundles the agent to one file that Node 20 runs without anything beside it. Resolves to its size in bytes. */
export async function buildAgent(outfile: string): Promise<number> {
  const { version } = JSON.parse(
    await readFile(new URL('../package.json', import.meta.url), 'utf8'),
  );
  await build({
    entryPoints: [fileURLToPath(new URL('./main.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    minify: true,
    legalComments: 'none',
    define: { LONGSHORE_AGENT_VERSION: JSON.stringify(version) },
    // Native speed-ups of `ws`; it does without them when they are not there.
    external: ['bufferutil', 'utf-8-validate'],
    // `ws` is CommonJS and requires Node's own modules, which an ES module has no `require` for.
    banner: {
      js: "#!/usr/bin/env node\nimport { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);",
    },
  });
  return (await stat(outfile)).size;
}

/** `install.sh` for the agent in `file`: what is missing in it is the address of the control plane that serves it. */
export async function installScript(file: string): Promise<{ script: string; sha256: string }> {
  const sha256 = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  const template = await readFile(new URL('./install.sh', import.meta.url), 'utf8');
  return { script: template.replace('@AGENT_SHA256@', sha256), sha256 };
}
