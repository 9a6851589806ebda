import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHome } from '../home/home.ts';
import { rotateLog } from '../home/logs.ts';
import { readSecrets } from '../home/secrets.ts';
import { openRoster } from '../process/roster.ts';
import { startDatabaseServer } from './server.ts';
import { signDatabaseToken } from './token.ts';

export interface ScratchDatabase {
  url: string;
  authToken: string;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

/** A libSQL server with an empty database, for tests and benches. */
export async function startScratchDatabase(): Promise<ScratchDatabase> {
  const home = openHome(mkdtempSync(join(tmpdir(), 'longshore-scratch-')));
  const remove = () => rmSync(home.folder, { recursive: true, force: true });
  const roster = openRoster(home.roster);
  try {
    const { databasePrivateKey } = readSecrets(home);
    const server = await startDatabaseServer({
      folder: home.database,
      publicKeyFile: home.databasePublicKey,
      logFile: rotateLog(home.logs, 'database'),
      roster,
    });
    return {
      url: server.url,
      authToken: signDatabaseToken(databasePrivateKey),
      async stop() {
        await server.stop();
        roster.close();
        remove();
      },
    };
  } catch (error) {
    roster.close();
    remove();
    throw error;
  }
}
