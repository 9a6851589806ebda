import type { ObservedInstance } from '../../contract/agent-protocol.ts';
import type { EventType } from '../../contract/event.ts';

/** What a host's word of an instance is called on its timeline; null where it is no news of its own. */
export function eventTypeOf(report: ObservedInstance): EventType | null {
  const { state, reason } = report;
  switch (state) {
    case 'queued':
    case 'pulling':
    case 'downloading':
    case 'stopping':
      return state;
    case 'starting':
      return report.started_age_ms === null ? null : 'started';
    case 'running':
      return 'ready';
    case 'unhealthy':
      return 'probe_failed';
    case 'failed':
      return reason === 'port_in_use' ? 'port_in_use' : 'failed';
    case 'restarting':
      // A run under way that waits for an answer keeps the reason of the restart.
      return report.started_age_ms === null ? endedBy(reason) : 'started';
  }
}

function endedBy(reason: string | null): EventType {
  switch (reason) {
    case 'exited':
    case 'oom_killed':
    case 'crash_loop':
    case 'start_timeout':
    case 'unhealthy':
      return reason;
    case 'image_wrong_architecture':
      return 'exited';
    case 'removed':
      return 'container_removed';
    case 'image_pull_failed':
    case 'image_pull_stalled':
    case 'registry_unreachable':
      return 'pull_failed';
    default:
      return 'restarting';
  }
}
