import type { Work } from './work.ts';

/** Why a run is ended for its health, in words that stay in the instance's message until it runs again. */
export function stopReason(
  work: Work,
  why: 'start_timeout' | 'unhealthy',
): NonNullable<Work['stopping_for']> {
  const { path, start_timeout_seconds, restart_after_seconds } = work.launch.spec.health;
  const { summary = 'no answer' } = work.health?.last_failure ?? {};
  switch (why) {
    case 'start_timeout':
      return {
        reason: 'start_timeout',
        message: `was not ready within ${start_timeout_seconds} s of its start (GET ${path}: ${summary})`,
      };
    case 'unhealthy':
      return {
        reason: 'unhealthy',
        message: `was unhealthy for ${restart_after_seconds} s (GET ${path}: ${summary})`,
      };
  }
}
