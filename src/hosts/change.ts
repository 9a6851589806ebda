import type { EventType } from '../../contract/event.ts';
import { Failure } from '../../contract/failure.ts';
import type { Host, HostChange } from '../../contract/host.ts';
import { write } from '../db/batch.ts';
import type { Scope } from '../tenancy/scope.ts';
import { readHost } from './read.ts';
import { describeHost, isHost } from './store/change.ts';
import { tellHosts } from './store/events.ts';

/**
 * Gives a host another name or other labels; what it runs stays where it is.
 * @returns the host, and whether placement sees it otherwise now
 * @throws Failure `not_found`; `conflict` for the name of another host
 */
export async function changeHost(
  scope: Scope,
  id: string,
  change: HostChange,
): Promise<{ host: Host; changed: boolean }> {
  const { database, orgId, now } = scope;
  const before = await readHost(scope, id);
  const name = change.name ?? before.name;
  const labels = change.labels === undefined ? before.labels : (change.labels ?? {});
  const event = (type: EventType, message: string) =>
    tellHosts(database, [id], { orgId, type, message, createdAt: now });
  const relabelled = labelsText(labels) !== labelsText(before.labels);
  const events = [
    ...(name === before.name ? [] : event('renamed', `It was "${before.name}" before.`)),
    ...(relabelled ? event('labelled', `Its labels are ${labelsText(labels) || 'gone'}.`) : []),
  ];
  if (events.length === 0) return { host: before, changed: false };
  // Only what was asked for, so that another change at the same time stays.
  const set = {
    ...(change.name === undefined ? {} : { name }),
    ...(change.labels === undefined ? {} : { labels }),
  };
  await write(database, [
    ...events,
    ...scope.audit({
      resource: { kind: 'host', id, name: before.name },
      before: { name: before.name, labels: before.labels },
      after: { name, labels },
      onlyIf: isHost(orgId, id),
    }),
    { query: describeHost(database, orgId, id, set), refusal: nameIsTaken(name) },
  ]);
  return { host: await readHost(scope, id), changed: true };
}

function nameIsTaken(name: string): Failure {
  return new Failure(
    'conflict',
    `Another host is called "${name}", and \`placement.hosts\` must not mean two. Choose another name, or rename or remove that host first.`,
  );
}

/** The same for the same labels in whatever order. */
function labelsText(labels: Record<string, string>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(', ');
}
