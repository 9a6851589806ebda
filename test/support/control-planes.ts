import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { localUrl } from '../../local/address.ts';
import { controlPlaneProgram, workerFolder } from '../../local/build.ts';
import { createControlPlane } from '../../local/control-plane/control-plane.ts';
import { openHome } from '../../local/home/home.ts';
import { logFileOf } from '../../local/home/logs.ts';
import { noRateLimits } from '../../local/no-rate-limits.ts';
import { openRoster } from '../../local/process/roster.ts';
import { type Client, clientAt } from './client.ts';

export interface ControlPlanes {
  /** Of the shared control plane, and of the others. */
  urls: string[];
  /** What the others have logged so far. */
  log(): string;
  stop(): Promise<void>;
}

/**
 * Starts `count` more control planes on the database of the shared stack, each a workerd of its own: as edge locations
 * that know nothing of each other. On Cloudflare an organisation's hub is one object for all locations; here each
 * control plane has its own, so that several planners work on the same deployments at once too. `settings` are more
 * variables of their Workers.
 */
export async function startControlPlanes(
  count: number,
  settings: Record<string, string> = noRateLimits,
): Promise<ControlPlanes> {
  const { url, adminToken, databaseUrl, databaseToken } = inject('stack');
  const stops: (() => Promise<void>)[] = [];
  const logFiles: string[] = [];
  const log = () => logFiles.map((file) => readFileSync(file, 'utf8')).join('\n');
  const stop = async () => {
    await Promise.all(stops.map((one) => one()));
  };
  const start = async (): Promise<string> => {
    const folder = mkdtempSync(join(tmpdir(), 'longshore-edge-'));
    const home = openHome(folder);
    const roster = openRoster(home.roster);
    const controlPlane = createControlPlane({
      home,
      roster,
      host: '127.0.0.1',
      port: 0,
      program: controlPlaneProgram,
      workerFolder,
      onUnexpectedEnd: (exit) => console.error('a control plane ended by itself', exit),
    });
    stops.push(async () => {
      await controlPlane.stop();
      roster.close();
      rmSync(folder, { recursive: true, force: true });
    });
    logFiles.push(logFileOf(home.logs, 'control-plane'));
    const port = await controlPlane.start({
      ...settings,
      DATABASE_URL: databaseUrl,
      DATABASE_AUTH_TOKEN: databaseToken,
      ADMIN_TOKEN: adminToken,
      VERSION: 'test',
    });
    return localUrl('127.0.0.1', port);
  };
  try {
    const others = await Promise.all(Array.from({ length: count }, start));
    return { urls: [url, ...others], log, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A caller whose every call goes to the next of these control planes, as an anycast address may have it. */
export function clientOverAll({ urls }: ControlPlanes, orgId: string): Client {
  const { adminToken } = inject('stack');
  const clients = urls.map((url) => clientAt(url, adminToken, orgId));
  let next = 0;
  const client: Client = {
    url: urls[0] ?? '',
    orgId,
    call(method, path, body, options) {
      const chosen = clients[next % clients.length] ?? client;
      next += 1;
      return chosen.call(method, path, body, options);
    },
  };
  return client;
}
