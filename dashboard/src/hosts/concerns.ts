import type { Host } from '../../../contract/host.ts';
import { countOf } from '../parts/count-of.ts';

/** Something about a host that a person should know. */
export interface Concern {
  code: string;
  title: string;
  /** What is wrong, and what to do; a sentence or more. */
  text: string;
  /** `bad`: it does not do its work; `warning`: somebody should look; `note`: it is meant to be so. */
  tone: 'bad' | 'warning' | 'note';
}

/** All that a person should know about a host, the gravest first. */
export function concernsOf(host: Host): Concern[] {
  const own = host.conditions.map(
    ({ code, message }): Concern => ({ code, title: titleOf(code), text: message, tone: 'bad' }),
  );
  const told = (host.inventory?.conditions ?? []).map(
    ({ code, message }): Concern => ({
      code,
      title: titleOf(code),
      text: message,
      tone: 'warning',
    }),
  );
  return [...own, ...linkConcerns(host), ...told, ...updateConcern(host), ...dutyConcerns(host)];
}

/** `models_unavailable`: "Models unavailable". */
function titleOf(code: string): string {
  const words = code.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function linkConcerns({ status, inventory, revoked_at }: Host): Concern[] {
  // Its silence is wanted then.
  if (revoked_at !== null) return [];
  if (status === 'offline') {
    return [
      {
        code: 'offline',
        title: 'No contact with this host',
        text: 'It gets no new work, and its instances are replaced elsewhere where there is room. Check that the machine is on and can reach this control plane: systemctl status longshore-agent.',
        tone: 'bad',
      },
    ];
  }
  if (status === 'suspect') {
    return [
      {
        code: 'suspect',
        title: 'Link to this host lost',
        text: 'It keeps running its instances, and gets no new work until it is back in contact.',
        tone: 'warning',
      },
    ];
  }
  if (inventory === null) {
    return [
      {
        code: 'no_inventory',
        title: 'Waiting for its first report',
        text: 'It is enrolled, and gets work as soon as its agent has reported in.',
        tone: 'note',
      },
    ];
  }
  return [];
}

function updateConcern({ agent_update }: Host): Concern[] {
  if (agent_update === null) return [];
  return [{ code: 'agent_update', title: 'Agent too old', text: agent_update, tone: 'warning' }];
}

function dutyConcerns({ schedulable, draining, claimed, rotation_asked_at }: Host): Concern[] {
  const concerns: Concern[] = [];
  if (draining) {
    const isEmpty = claimed.instances === 0;
    concerns.push({
      code: 'draining',
      title: isEmpty
        ? 'This host is drained'
        : `This host is draining: ${countOf(claimed.instances, 'instance')} left`,
      text: isEmpty
        ? 'Nothing runs on it, and it takes nothing new until it is uncordoned. It can be switched off or removed.'
        : 'Its instances move elsewhere as soon as there is room. It takes nothing new until it is uncordoned.',
      tone: 'note',
    });
  } else if (!schedulable) {
    concerns.push({
      code: 'cordoned',
      title: 'This host is cordoned',
      text: 'It keeps its instances, and takes nothing new until it is uncordoned.',
      tone: 'note',
    });
  }
  if (rotation_asked_at !== null) {
    concerns.push({
      code: 'rotation_asked',
      title: 'New secret requested',
      text: 'It sends one with its next message. Until then its current secret stays valid.',
      tone: 'note',
    });
  }
  return concerns;
}
