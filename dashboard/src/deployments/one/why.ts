import type { Deployment } from '../../../../contract/deployment.ts';
import type { Host } from '../../../../contract/host.ts';
import type { Instance, InstanceState } from '../../../../contract/instance.ts';
import { countOf } from '../../parts/count-of.ts';

export interface Why {
  tone: 'good' | 'busy' | 'waiting' | 'bad' | 'off';
  title: string;
  text: string;
}

/** Answers "why is it not running?" in words: the first thing that a person who comes here wants to know. */
export function whyOf(
  deployment: Deployment,
  instances: readonly Instance[],
  hosts: readonly HostDuty[],
): Why[] {
  return [standing(deployment, instances, hosts), ...besides(deployment)];
}

type HostDuty = Pick<Host, 'id' | 'name' | 'draining'>;

function standing(
  deployment: Deployment,
  instances: readonly Instance[],
  hosts: readonly HostDuty[],
): Why {
  const { phase, message, rollout, ready_replicas: ready } = deployment.status;
  const of = `${ready} of ${deployment.replicas} ready`;
  // The count is in the title.
  const text = asSentence(message.replace(/^\d+ of \d+ ready\.\s*/, ''));
  switch (phase) {
    case 'available':
      if (rollout.state === 'progressing') {
        const emptied = hosts.filter(
          ({ id, draining }) => draining && instances.some(({ host_id }) => host_id === id),
        );
        if (emptied.length > 0 && rollout.updated_replicas >= deployment.replicas) {
          return beingMoved(emptied, instances);
        }
        return {
          tone: 'busy',
          title: `Serving; revision ${deployment.revision} is being rolled out`,
          text: `${rollout.updated_replicas} of ${deployment.replicas} run it so far. ${movingIn(instances)}`,
        };
      }
      return {
        tone: 'good',
        title: `Serving: ${of}`,
        text: rollout.state === 'failed' ? '' : text,
      };
    case 'degraded':
      return { tone: 'bad', title: `Serving with fewer instances than wanted: ${of}`, text };
    case 'progressing':
      if (instances.some(({ state }) => state === 'restarting')) {
        return { tone: 'bad', title: `It starts, and ends again: ${of}`, text };
      }
      if (ready > 0) {
        return { tone: 'busy', title: `Serving: ${of}, the others are on their way`, text };
      }
      return { tone: 'busy', title: `On its way: ${of}`, text };
    case 'pending':
      return { tone: 'waiting', title: 'It waits: no host fits at present', text };
    case 'failed':
      return { tone: 'bad', title: 'It does not run', text };
    case 'stopped':
      return { tone: 'off', title: 'It is stopped', text };
    case 'deleting':
      return { tone: 'off', title: 'It is being deleted', text };
  }
}

const coming: ReadonlySet<InstanceState> = new Set([
  'queued',
  'pulling',
  'downloading',
  'starting',
]);

/** A drain moves instances by the same means as a rollout, and nothing of it is a new revision. */
function beingMoved(emptied: readonly HostDuty[], instances: readonly Instance[]): Why {
  const names = emptied.map(({ name }) => name).join(', ');
  const its = emptied.length === 1 ? 'its host' : 'its hosts';
  const title = `Serving; ${its} ${names} ${emptied.length === 1 ? 'is' : 'are'} being emptied`;
  // Which host has none, and why, is told beside it.
  return instances.some(({ state }) => state === 'pending')
    ? { tone: 'waiting', title, text: 'Its instances move as soon as another host has room.' }
    : { tone: 'busy', title, text: `Its instances move elsewhere. ${movingIn(instances)}`.trim() };
}

/** Hosts say what they do in words that go on after others. */
function asSentence(text: string): string {
  return /^[a-z]+ /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

function movingIn(instances: readonly Instance[]): string {
  const moving = instances.find(({ state }) => state === 'pending' || coming.has(state));
  return moving?.message ?? '';
}

function besides({ status, revision }: Deployment): Why[] {
  const { rollout, secrets_changed: secrets, backend_update_available: isOld } = status;
  const notes: Why[] = [];
  if (rollout.state === 'failed') {
    const good = rollout.good_revision;
    notes.push({
      tone: 'bad',
      title: `Revision ${revision} was given up${good === null ? '' : `; revision ${good} serves on`}`,
      text: rollout.message ?? '',
    });
  }
  if (secrets.length > 0) {
    notes.push({
      tone: 'waiting',
      title: `${countOf(secrets.length, 'secret was', 'secrets were')} set anew: ${secrets.join(', ')}`,
      text: 'The instances still have what they were started with. A restart brings the new values.',
    });
  }
  if (isOld) {
    notes.push({
      tone: 'waiting',
      title: 'Its backend has a newer revision',
      text: 'The instances run what they were rendered from. A restart takes the newest.',
    });
  }
  return notes;
}
