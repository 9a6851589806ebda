import type { Breakage } from '../breakage.ts';
import { SetupError } from '../docker/setup-error.ts';
import type { Home } from '../home/home.ts';
import { rotateLog } from '../home/logs.ts';
import type { HomeSecrets } from '../home/secrets.ts';
import { migrateDatabase } from '../migrate.ts';
import type { Roster } from '../process/roster.ts';
import { type DatabaseServer, startDatabaseServer } from './server.ts';
import { signDatabaseToken } from './token.ts';

export interface Database {
  url: string;
  /** Of its admin interface; null unless that was asked for. */
  adminUrl: string | null;
  token: string;
  /** Migrations that this start applied. */
  applied: number;
  pid(): number | null;
  kill(): void;
}

/** Starts the home's database and brings it to the newest schema. How to stop it is put into `stop` at once. */
export async function startDatabase(request: {
  home: Home;
  secrets: HomeSecrets;
  roster: Roster;
  breakage: Breakage;
  stop: { run: () => Promise<void> };
  admin?: boolean | undefined;
  signal?: AbortSignal | undefined;
}): Promise<Database> {
  const { home, roster, breakage, admin, signal } = request;
  const server: DatabaseServer = await startDatabaseServer({
    folder: home.database,
    publicKeyFile: home.databasePublicKey,
    logFile: rotateLog(home.logs, 'database'),
    roster,
    admin,
    signal,
  });
  const { url, adminUrl, child } = server;
  let stopping = false;
  request.stop.run = () => {
    stopping = true;
    return server.stop();
  };
  child.exited.then((exit) => {
    if (!stopping) breakage.report('The database', exit, child.logFile);
  });
  const token = signDatabaseToken(request.secrets.databasePrivateKey);
  const applied = await migrateDatabase({ url, authToken: token }).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SetupError(
      `The database in ${home.database} cannot be brought to this version's schema: ${reason}`,
      'It was left as it was. Use the version that made it, or another home: LONGSHORE_HOME=/path/to/folder',
    );
  });
  return {
    url,
    adminUrl,
    token,
    applied,
    pid: () => (child.exit() === null ? child.pid : null),
    kill: () => child.kill(),
  };
}
