import type { Deployment } from '../../../contract/deployment.ts';
import type { Host } from '../../../contract/host.ts';

/** Something that happened to a thing, for whoever looks elsewhere. */
export interface Story {
  kind: 'deployment' | 'host';
  id: string;
  name: string;
  /** Of the page about it. */
  path: string;
  isGood: boolean;
  title: string;
  detail: string | null;
}

/** How each thing was when it was looked at last, by its id. */
export type Known<Memory> = ReadonlyMap<string, Memory>;

/** How a deployment is kept in mind. */
export interface DeploymentMemory {
  phase: Deployment['status']['phase'];
  ready: number;
  /** It serves less than it did, or failed, and is not well again. */
  inTrouble: boolean;
}

/** What is being changed may serve less meanwhile: that is no trouble. */
export function memoryOf(
  before: DeploymentMemory | undefined,
  { status }: Deployment,
): DeploymentMemory {
  const { phase, ready_replicas: ready, rollout } = status;
  const isDown = ['degraded', 'progressing', 'pending'].includes(phase);
  const lost = before !== undefined && ready < before.ready && rollout.state !== 'progressing';
  const inTrouble = phase === 'failed' || (isDown && (lost || before?.inTrouble === true));
  return { phase, ready, inTrouble };
}

/** What happened since. What was not there before tells nothing. */
export function storiesOfDeployments(
  known: Known<DeploymentMemory>,
  deployments: readonly Deployment[],
): Story[] {
  return deployments.flatMap((deployment): Story[] => {
    const { id, name, status } = deployment;
    const before = known.get(id);
    if (before === undefined) return [];
    const { phase, ready, inTrouble } = memoryOf(before, deployment);
    const thing = { kind: 'deployment' as const, id, name, path: `/deployments/${name}` };
    const isNew = inTrouble && !before.inTrouble;
    if (isNew || (phase === 'failed' && before.phase !== 'failed')) {
      const word = phase === 'failed' ? 'failed' : ready > 0 ? 'is degraded' : 'is not serving';
      return [{ ...thing, isGood: false, title: `${name} ${word}`, detail: status.message }];
    }
    if (phase === 'available' && before.phase !== 'available') {
      const again = before.inTrouble ? ' again' : '';
      return [{ ...thing, isGood: true, title: `${name} is available${again}`, detail: null }];
    }
    return [];
  });
}

export function storiesOfHosts(known: Known<Host['status']>, hosts: readonly Host[]): Story[] {
  return hosts.flatMap(({ id, name, status }): Story[] => {
    const before = known.get(id);
    if (before === undefined || before === status) return [];
    const thing = { kind: 'host' as const, id, name, path: `/hosts/${id}` };
    if (status === 'offline') {
      const detail = 'No contact with it; its instances may still be serving.';
      return [{ ...thing, isGood: false, title: `${name} is offline`, detail }];
    }
    if (status === 'online' && before === 'offline') {
      return [{ ...thing, isGood: true, title: `${name} is back`, detail: null }];
    }
    return [];
  });
}

/** How a host is kept in mind: a link that is lost for a moment is neither here nor gone. */
export function settledStatus(
  before: Host['status'] | undefined,
  status: Host['status'],
): Host['status'] {
  return status === 'suspect' ? (before ?? 'online') : status;
}

/** More at once are told as one. */
export const MOST_TOASTS = 3;

/** What many things have in common, such as "2 hosts are offline, 1 deployment is available". */
export function summaryOf(stories: readonly Story[]): {
  title: string;
  path: string;
  isGood: boolean;
} {
  const count = (kind: Story['kind'], isGood: boolean) =>
    stories.filter((one) => one.kind === kind && one.isGood === isGood).length;
  const parts: [number, string, string][] = [
    [count('host', false), 'host is offline', 'hosts are offline'],
    [count('deployment', false), 'deployment is in trouble', 'deployments are in trouble'],
    [count('host', true), 'host is back', 'hosts are back'],
    [count('deployment', true), 'deployment is available', 'deployments are available'],
  ];
  const title = parts
    .flatMap(([number, one, several]) =>
      number === 0 ? [] : [`${number} ${number === 1 ? one : several}`],
    )
    .join(', ');
  const ofHosts = stories.some(({ kind }) => kind === 'host');
  return {
    title,
    path: ofHosts ? '/hosts' : '/deployments',
    isGood: stories.every(({ isGood }) => isGood),
  };
}
