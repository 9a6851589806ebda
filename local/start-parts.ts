import { readFileSync, rmSync } from 'node:fs';
import { localUrl } from './address.ts';
import { type RunningAgent, startAgent } from './agent/agent.ts';
import { createApiClient } from './api-client.ts';
import { createBreakage } from './breakage.ts';
import { agentFile, buildAll, controlPlaneProgram, describeBuild, workerFolder } from './build.ts';
import { createControlPlane } from './control-plane/control-plane.ts';
import { startDatabase } from './database/start.ts';
import { ensureDockerEngine } from './docker/ensure-engine.ts';
import { assertPortFree } from './free-port.ts';
import { openHome } from './home/home.ts';
import { acquireLock } from './home/lock.ts';
import { logFileOf, rotateLog } from './home/logs.ts';
import { readSecrets, writeDurably } from './home/secrets.ts';
import { showTroubles } from './log-notices.ts';
import { inRepository } from './paths.ts';
import { endLeftovers, openRoster } from './process/roster.ts';
import type { Pids, Stack, StackOptions } from './stack.ts';
import { stepRunner } from './steps.ts';
import type { UndoList } from './undo.ts';

/** The way of `startStack`. What it has started when it throws is in `undo`. */
export async function startParts(options: StackOptions, undo: UndoList): Promise<Stack> {
  const { host = '127.0.0.1', signal, onNotice = () => {} } = options;
  const step = stepRunner(options.onStep ?? (() => {}));
  const home = openHome(options.home);
  undo.add(acquireLock(home.lock));
  undo.add(() => rmSync(home.localJson, { force: true }));
  rmSync(home.localJson, { force: true });
  const left = await endLeftovers(home.roster);
  if (left.length > 0) onNotice(`Ended what a killed start left behind: ${left.join(', ')}.`);
  await assertPortFree(options.port, host);
  const secrets = readSecrets(home);
  const dockerSocket = await engineSocket(options);
  signal?.throwIfAborted();

  const breakage = createBreakage();
  const roster = openRoster(home.roster);
  undo.add(() => roster.close());
  // Stopped in the reverse order, but its runtime loads while the others start.
  const stopDatabase = { run: async () => {} };
  undo.add(() => stopDatabase.run());
  const controlPlane = createControlPlane({
    home,
    roster,
    host,
    port: options.port,
    program: controlPlaneProgram,
    workerFolder,
    onUnexpectedEnd: (exit, logFile) => breakage.report('The control plane', exit, logFile),
  });
  undo.add(() => controlPlane.stop());
  await step('Build', buildAll, describeBuild);
  signal?.throwIfAborted();
  await controlPlane.prepare();
  const database = await step(
    'Database',
    () => {
      const admin = options.databaseAdmin;
      return startDatabase({ home, secrets, roster, breakage, stop: stopDatabase, admin, signal });
    },
    ({ applied }) => (applied === 0 ? 'ready' : `ready, ${applied} migrations applied`),
  );
  const startControlPlane = async () =>
    localUrl(
      host,
      await controlPlane.start({
        ...options.settings,
        DATABASE_URL: database.url,
        DATABASE_AUTH_TOKEN: database.token,
        ADMIN_TOKEN: secrets.adminToken,
        SECRETS_KEY: secrets.secretsKey,
        VERSION: packageVersion(),
      }),
    );
  const url = await step('Control plane', startControlPlane, (at) => at);
  undo.add(showTroubles('control plane', logFileOf(home.logs, 'control-plane'), onNotice));
  signal?.throwIfAborted();

  let agent: RunningAgent | null = null;
  const stack: Stack = {
    home,
    url,
    adminToken: secrets.adminToken,
    databaseUrl: database.url,
    databaseToken: database.token,
    databaseAdminUrl: database.adminUrl,
    hostId: null,
    get pids(): Pids {
      const pids = { control_plane: controlPlane.pid(), database: database.pid() };
      return { ...pids, agent: agent?.pid() ?? null };
    },
    broken: breakage.broken,
    async stopControlPlane() {
      await controlPlane.stop();
    },
    async startControlPlane() {
      await startControlPlane();
      writeLocalJson(stack);
    },
    stop: () => undo.run(),
    kill() {
      agent?.kill();
      controlPlane.kill();
      database.kill();
    },
  };
  if (options.agent !== false && dockerSocket !== null) {
    const agentOptions = options.agent;
    const started = await step(
      'Agent',
      () =>
        startAgent({
          ...agentOptions,
          dockerSocket,
          program: agentFile,
          stateFolder: home.agent,
          logFile: rotateLog(home.logs, 'agent'),
          roster,
          api: createApiClient(url, secrets.adminToken),
          onNotice,
          onRestart: () => writeLocalJson(stack),
          signal,
        }),
      () => 'online',
    );
    agent = started;
    undo.add(showTroubles('agent', logFileOf(home.logs, 'agent'), onNotice));
    stack.hostId = started.hostId;
    undo.add(() => step('Stop containers', started.stop, (result) => result));
  }
  writeLocalJson(stack);
  return stack;
}

async function engineSocket(options: StackOptions): Promise<string | null> {
  if (options.agent === false) return null;
  if (options.agent.dockerSocket !== undefined) return options.agent.dockerSocket;
  const { onStep } = options;
  const engine = await ensureDockerEngine({ allowInstall: false, ...(onStep ? { onStep } : {}) });
  return engine.socketPath;
}

function writeLocalJson({ home, url, adminToken, pids }: Stack): void {
  const content = { url, admin_token: adminToken, pids };
  writeDurably(home.localJson, `${JSON.stringify(content, null, 2)}\n`);
}

function packageVersion(): string {
  const manifest: { version: string } = JSON.parse(
    readFileSync(inRepository('package.json'), 'utf8'),
  );
  return manifest.version;
}
