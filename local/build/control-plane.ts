import { inRepository } from '../paths.ts';

/**
 * Bundles the program of the control plane's process. Run as it is, through the TypeScript loader, it takes a second
 * longer to load its runtime, and that is most of a start.
 */
export async function buildControlPlaneProgram(outfile: string): Promise<void> {
  const { build } = await import('esbuild');
  await build({
    entryPoints: [inRepository('local/control-plane/main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    external: ['miniflare'],
    legalComments: 'none',
  });
}
