import { comingStates } from '../../../../contract/coming-states.ts';
import type { Deployment } from '../../../../contract/deployment.ts';
import type { Host } from '../../../../contract/host.ts';
import type { Instance } from '../../../../contract/instance.ts';
import { asSentence } from '../../parts/as-sentence.ts';
import { countOf } from '../../parts/count-of.ts';
import { troubleTitle } from './trouble-title.ts';

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
  const restarting = instances.find(({ state }) => state === 'restarting');
  const failed = instances.find(({ state }) => state === 'failed');
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
          title: `Serving; rolling out revision ${deployment.revision}`,
          text: `${rollout.updated_replicas} of ${deployment.replicas} placed with it so far. ${movingIn(instances)}`.trim(),
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
      if (restarting) return { tone: 'bad', title: `${troubleTitle(restarting)}: ${of}`, text };
      if (ready > 0) {
        return { tone: 'busy', title: `Serving: ${of}; the others are on their way`, text };
      }
      return { tone: 'busy', title: `Starting up: ${of}`, text };
    case 'pending':
      return { tone: 'waiting', title: 'Waiting: no host fits right now', text };
    case 'failed':
      return { tone: 'bad', title: failed ? troubleTitle(failed) : 'Not running', text };
    case 'stopped':
      return { tone: 'off', title: 'This deployment is stopped', text };
    case 'deleting':
      return { tone: 'off', title: 'This deployment is being deleted', text };
  }
}

/** A drain moves instances by the same means as a rollout, and nothing of it is a new revision. */
function beingMoved(emptied: readonly HostDuty[], instances: readonly Instance[]): Why {
  const names = emptied.map(({ name }) => name).join(', ');
  const its = emptied.length === 1 ? 'its host' : 'its hosts';
  const title = `Serving; ${its} ${names} ${emptied.length === 1 ? 'is' : 'are'} draining`;
  // Which host has none, and why, is told beside it.
  return instances.some(({ state }) => state === 'pending')
    ? { tone: 'waiting', title, text: 'Its instances move as soon as another host has room.' }
    : {
        tone: 'busy',
        title,
        text: `Its instances are moving elsewhere. ${movingIn(instances)}`.trim(),
      };
}

function movingIn(instances: readonly Instance[]): string {
  const moving = instances.find(({ state }) => state === 'pending' || comingStates.has(state));
  return asSentence(moving?.message ?? '');
}

function besides({ status, revision }: Deployment): Why[] {
  const { rollout, secrets_changed: secrets, backend_update_available: isOld } = status;
  const notes: Why[] = [];
  if (rollout.state === 'failed') {
    const good = rollout.good_revision;
    notes.push({
      tone: 'bad',
      title: `Revision ${revision} was given up${good === null ? '' : `; revision ${good} keeps serving`}`,
      text: asSentence(rollout.message ?? ''),
    });
  }
  if (secrets.length > 0) {
    notes.push({
      tone: 'waiting',
      title: `${countOf(secrets.length, 'secret has', 'secrets have')} changed: ${secrets.join(', ')}`,
      text: 'Instances still have the old values. Restart to apply the new ones.',
    });
  }
  if (isOld) {
    notes.push({
      tone: 'waiting',
      title: 'Its backend has a newer revision',
      text: 'Instances still run the revision they were started from. Restart to use the newest.',
    });
  }
  return notes;
}
