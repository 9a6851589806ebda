import { ConflictNotice, RotateRequest, SyncRequest } from '../contract/agent-protocol.ts';
import { DeploymentInput } from '../contract/deployment.ts';
import { Failure } from '../contract/failure.ts';
import type { Database } from '../src/db/client.ts';
import type { Bell } from '../src/deployments/apply.ts';
import { type Changed, changeDeployment, setStopped } from '../src/deployments/change.ts';
import { createDeployment } from '../src/deployments/create.ts';
import { releaseReplacement } from '../src/deployments/release-replacement.ts';
import { forceRemoveDeployment, removeDeployment } from '../src/deployments/remove.ts';
import { removeHost } from '../src/deployments/remove-host.ts';
import { rollBack } from '../src/deployments/revisions.ts';
import { sync } from '../src/deployments/sync.ts';
import { changeHost } from '../src/hosts/change.ts';
import { cordonHost, drainHost, uncordonHost } from '../src/hosts/cordon.ts';
import { createEnrollmentToken } from '../src/hosts/create-enrollment-token.ts';
import { enroll } from '../src/hosts/enroll.ts';
import { readBearer, toOwnHost } from '../src/hosts/own-host.ts';
import { deploymentsOn } from '../src/hosts/read.ts';
import { noteRival } from '../src/hosts/rivals.ts';
import { takeNewSecret } from '../src/hosts/rotate-secret.ts';
import type { Work } from '../src/hub/work-queue.ts';
import { platformAdministrator } from '../src/tenancy/actor.ts';
import type { Call } from '../src/tenancy/audit/entry.ts';
import type { Scope } from '../src/tenancy/scope.ts';
import { openVault } from '../src/tenancy/secrets/vault.ts';
import type { LinkSocket } from './borrowed-globals.ts';
import { type DatabaseOptions, isDatabaseAway, openDatabase } from './database.ts';
import { type AgentAnswer, failureOf } from './failures.ts';
import { HubAwayError } from './hub-cell.ts';
import type { Hubs } from './hubs.ts';
import type { Scheduler } from './scheduler.ts';

export const orgId = 'org_default';

/** No deployment here names a secret. */
const noVault = openVault(undefined);

/** What the routes do: the real verbs, and the calls to the hubs that come after them. */
export class ControlPlane {
  readonly database: Database;

  readonly scheduler: Scheduler;

  constructor(
    options: DatabaseOptions,
    readonly hubs: Hubs,
  ) {
    this.database = openDatabase(options, () => true);
    this.scheduler = options.scheduler;
  }

  get #scope(): Scope {
    const { database, scheduler } = this;
    return {
      database,
      orgId,
      actor: platformAdministrator,
      author: 'simulation',
      now: scheduler.nowMs,
      receipt: () => [],
      audit: () => [],
    };
  }

  async enrol(installId: string, secret: string, name: string): Promise<string> {
    const input = { uses: 1, expires_in_seconds: 3600 };
    const { token } = await createEnrollmentToken(this.#scope, input);
    const request = { install_id: installId, secret, name, labels: {} };
    return (await enroll(this.database, token, request, this.scheduler.nowMs, callOf('enrollHost')))
      .host_id;
  }

  async create(input: unknown): Promise<void> {
    const spec = DeploymentInput.parse(input);
    this.#changed(await createDeployment(this.#scope, spec));
  }

  async remove(name: string): Promise<void> {
    const removed = await removeDeployment(this.#scope, name, () => {});
    this.#changed(removed);
    if (!removed.deployment) this.#wake({ deployments: [], roomGrew: true });
  }

  async forceRemove(name: string): Promise<void> {
    this.#ring(await forceRemoveDeployment(this.#scope, name, () => {}));
    this.#wake({ deployments: [], roomGrew: true });
  }

  /** Merges a change into a deployment that runs. */
  async change(name: string, change: Record<string, unknown>): Promise<void> {
    const done = await changeDeployment(this.#scope, name, ({ spec }) => ({
      spec: DeploymentInput.parse({ ...spec, ...change }),
      cause: 'change',
    }));
    this.#changed(done);
  }

  async restart(name: string): Promise<void> {
    const edit = ({ spec }: { spec: DeploymentInput }) => ({ spec, cause: 'restart' as const });
    this.#changed(await changeDeployment(this.#scope, name, edit));
  }

  async rollBack(name: string, revision: number): Promise<void> {
    this.#changed(await rollBack(this.#scope, name, revision, () => {}));
  }

  async setStopped(name: string, stopped: boolean): Promise<void> {
    this.#changed(await setStopped(this.#scope, name, stopped));
  }

  async cordon(hostId: string): Promise<void> {
    await cordonHost(this.#scope, hostId);
  }

  async uncordon(hostId: string): Promise<void> {
    await uncordonHost(this.#scope, hostId);
    this.#wake({ deployments: [], roomGrew: true });
  }

  async drain(hostId: string): Promise<void> {
    await drainHost(this.#scope, hostId);
    this.#wake({ deployments: await deploymentsOn(this.#scope, hostId), roomGrew: false });
  }

  async describeHost(
    hostId: string,
    change: { name?: string; labels?: Record<string, string> },
  ): Promise<void> {
    const { changed } = await changeHost(this.#scope, hostId, change);
    if (changed) this.#wake({ deployments: [], roomGrew: true });
  }

  /** Silent hosts are held to be lost, however many they are. */
  async releaseReplacement(): Promise<void> {
    const { deployments } = await releaseReplacement(this.#scope, orgId);
    this.#wake({ deployments, roomGrew: false });
  }

  async removeHost(hostId: string, force: boolean): Promise<void> {
    const { deployments, hub } = await removeHost(this.#scope, hostId, force);
    void this.#call(hub, (cell) => cell.forget(this.#scope.orgId, hostId));
    if (force) this.#wake({ deployments, roomGrew: true });
  }

  /** What the routes of agents do: the reply's body, or the failure's. */
  async post(path: string, bearer: string, body: string): Promise<AgentAnswer> {
    try {
      return {
        ok: true,
        status: 200,
        body: JSON.stringify(await this.#answer(path, bearer, body)),
      };
    } catch (error) {
      return failureOf(error);
    }
  }

  #answer(path: string, bearer: string, body: string): Promise<unknown> {
    const { nowMs } = this.scheduler;
    const sent: unknown = JSON.parse(body);
    switch (path) {
      case '/api/agent/v1/sync':
        return this.#sync(bearer, SyncRequest.parse(sent));
      case '/api/agent/v1/rotate':
        return this.#rotate(bearer, RotateRequest.parse(sent));
      case '/api/agent/v1/conflict':
        return noteRival(this.database, bearer, ConflictNotice.parse(sent), null, nowMs);
      default:
        throw new Error(`an agent asked for ${path}`);
    }
  }

  async #sync(bearer: string, request: SyncRequest): Promise<unknown> {
    const { nowMs } = this.scheduler;
    const done = await sync(this.database, bearer, request, nowMs, noVault);
    const { reply, host, changed, roomGrew } = done;
    void this.#call(host.hub, (hub) => hub.seen(host.orgId, host.id, request.desired_revision));
    if (changed.length > 0 || roomGrew) this.#wake({ deployments: changed, roomGrew });
    return reply;
  }

  async #rotate(bearer: string, { next_secret }: RotateRequest): Promise<unknown> {
    const { nowMs } = this.scheduler;
    const done = await takeNewSecret(
      this.database,
      bearer,
      next_secret,
      callOf('rotateSecret'),
      nowMs,
    );
    const { host, replaced } = done;
    if (replaced) void this.#call(host.hub, (hub) => hub.hangUp(host.orgId, host.id));
    return toOwnHost(host);
  }

  /** What the route does with a link: the agent's end of it; null where it is refused or gets no answer. */
  async openLink(secret: string): Promise<{ socket: LinkSocket; hub: number } | null> {
    try {
      const host = await readBearer(this.database, secret, null, this.scheduler.nowMs);
      const headers = new Headers({ 'longshore-host': host.id, 'longshore-org': host.orgId });
      const reply = await this.hubs.call(host.hub, (hub) => hub.fetch({ headers }));
      return reply.webSocket && { socket: reply.webSocket, hub: host.hub };
    } catch (error) {
      if (isDatabaseAway(error) || error instanceof HubAwayError) return null;
      if (error instanceof Failure) return null;
      throw error;
    }
  }

  #changed({ bells, deploymentId, stepIsDue }: Omit<Changed, 'deployment'>): void {
    this.#ring(bells);
    if (stepIsDue) this.#wake({ deployments: [deploymentId], roomGrew: false });
  }

  #ring(bells: readonly Bell[]): void {
    void this.hubs.ring(bells).catch((error: unknown) => this.#lost(error));
  }

  #wake(work: Work): void {
    void this.#call(0, (hub) => hub.wake(orgId, work));
  }

  #call(number: number, act: Parameters<Hubs['call']>[1]): Promise<unknown> {
    return this.hubs.call(number, act).catch((error: unknown) => this.#lost(error));
  }

  /** What comes after a reply may get lost: the cron makes up for it. */
  #lost(error: unknown): void {
    if (!(error instanceof HubAwayError)) throw error;
    this.scheduler.note('a call to a hub was lost');
  }
}

function callOf(operation: string): Call {
  return { operation, requestId: 'req', address: null, userAgent: null };
}
