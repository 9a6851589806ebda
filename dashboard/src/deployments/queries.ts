import { type QueryClient, queryOptions, useQuery } from '@tanstack/react-query';
import type { Deployment, DeploymentRevision } from '../../../contract/deployment.ts';
import type { Instance, InstanceDetail } from '../../../contract/instance.ts';
import { ask, askAll, type Reply } from '../api/client.ts';
import { paced } from '../api/live-state.ts';
import { POLL_MS } from '../api/query-client.ts';
import type { EventsOf } from '../timeline/use-events.ts';

/** Every key of a deployment's data begins with `deployments`, so that one call forgets them all. */
export const deploymentKeys = {
  all: ['deployments'] as const,
  list: ['deployments', 'list'] as const,
  one: (name: string) => ['deployments', 'one', name] as const,
  instances: (name: string) => ['deployments', 'one', name, 'instances'] as const,
  instance: (id: string) => ['deployments', 'instance', id] as const,
  events: (name: string) => ['deployments', 'one', name, 'events'] as const,
  revisions: (name: string) => ['deployments', 'one', name, 'revisions'] as const,
};

/** While something moves, and nobody tells how. */
const WATCH_MS = 1_500;

export function deploymentPath(name: string): string {
  return `/v1/deployments/${encodeURIComponent(name)}`;
}

export function isMoving({ status }: Deployment): boolean {
  return (
    status.phase === 'progressing' ||
    status.phase === 'deleting' ||
    status.rollout.state === 'progressing'
  );
}

/** Left out: as everything is polled. */
const watched = (moves: boolean) => (moves ? { refetchInterval: () => paced(WATCH_MS) } : {});

const listQuery = queryOptions({
  queryKey: deploymentKeys.list,
  queryFn: ({ signal }) => askAll<Deployment>({ path: '/v1/deployments', signal }),
});

/** All deployments, read again every `everyMs` while nobody tells of changes. */
export function useDeployments(everyMs = POLL_MS) {
  return useQuery({ ...listQuery, refetchInterval: () => paced(everyMs) });
}

/** All deployments as every page reads them for its toasts: nothing is asked for them here. Empty until they are there. */
export function useKnownDeployments(): readonly Deployment[] {
  return useQuery({ ...listQuery, enabled: false }).data ?? none;
}

const none: readonly Deployment[] = [];

/** With its `ETag`, which a change must send. While it moves it is watched closely. */
export function useDeployment(name: string) {
  return useQuery({
    queryKey: deploymentKeys.one(name),
    queryFn: ({ signal }) => ask<Deployment>({ path: deploymentPath(name), signal }),
    refetchInterval: ({ state }) =>
      paced(state.data && isMoving(state.data.data) ? WATCH_MS : POLL_MS),
  });
}

export function useInstances(name: string, moves: boolean) {
  return useQuery({
    queryKey: deploymentKeys.instances(name),
    queryFn: ({ signal }) =>
      askAll<Instance>({ path: `${deploymentPath(name)}/instances`, signal }),
    ...watched(moves),
  });
}

export function useInstance(id: string | null) {
  return useQuery({
    queryKey: deploymentKeys.instance(id ?? ''),
    queryFn: async ({ signal }) =>
      (await ask<InstanceDetail>({ path: `/v1/instances/${id}`, signal })).data,
    enabled: id !== null,
  });
}

/** Its timeline, watched closely while it moves. */
export function eventsOf(deployment: Deployment): EventsOf {
  const { name } = deployment;
  return {
    key: deploymentKeys.events(name),
    path: `${deploymentPath(name)}/events`,
    ...(isMoving(deployment) ? { everyMs: WATCH_MS } : {}),
  };
}

export function useRevisions(name: string) {
  return useQuery({
    queryKey: deploymentKeys.revisions(name),
    queryFn: ({ signal }) =>
      askAll<DeploymentRevision>({ path: `${deploymentPath(name)}/revisions`, signal }),
  });
}

/** What a change answered is shown at once, and what hangs on it is read again. */
export function takeOver(queries: QueryClient, reply: Reply<Deployment>): Promise<void> {
  queries.setQueryData(deploymentKeys.one(reply.data.name), reply);
  return queries.invalidateQueries({ queryKey: deploymentKeys.all });
}
