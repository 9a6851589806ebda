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
export type Known<State> = ReadonlyMap<string, State>;

/** What happened since. What was not there before tells nothing. */
export function storiesOfDeployments(
  known: Known<Deployment['status']['phase']>,
  deployments: readonly Deployment[],
): Story[] {
  return deployments.flatMap(({ id, name, replicas, status }): Story[] => {
    const before = known.get(id);
    const { phase, ready_replicas: ready, message } = status;
    if (before === undefined || before === phase) return [];
    const thing = { kind: 'deployment' as const, id, name, path: `/deployments/${name}` };
    switch (phase) {
      case 'failed':
        return [{ ...thing, isGood: false, title: `${name} failed`, detail: message }];
      case 'degraded': {
        const detail = message || `${ready} of ${replicas} instances are ready.`;
        return [{ ...thing, isGood: false, title: `${name} is degraded`, detail }];
      }
      case 'available': {
        const again = before === 'failed' || before === 'degraded' ? ' again' : '';
        return [{ ...thing, isGood: true, title: `${name} is available${again}`, detail: null }];
      }
      default:
        return [];
    }
  });
}

export function storiesOfHosts(known: Known<Host['status']>, hosts: readonly Host[]): Story[] {
  return hosts.flatMap(({ id, name, status }): Story[] => {
    const before = known.get(id);
    if (before === undefined || before === status) return [];
    const thing = { kind: 'host' as const, id, name, path: `/hosts/${id}` };
    if (status === 'offline') {
      const detail = 'Nothing was heard of it; what it runs may well serve on.';
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
