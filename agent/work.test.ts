import { describe, expect, test } from 'vitest';
import { restartPauseMs } from './backoff.ts';
import { afterProbe } from './health.ts';
import { testLaunch } from './testing/launch-spec.ts';
import { exited, testContainer } from './testing/own-container.ts';
import {
  afterAnswer,
  afterFailedStep,
  afterLook,
  exitInWords,
  newWork,
  type Work,
} from './work.ts';

const launch = testLaunch();
const minute = 60_000;

function running(work: Work, run_id: string, nowMs: number): Work {
  return afterLook(work, testContainer(launch, { run_id, started_ms: nowMs }), nowMs);
}

function ended(work: Work, run_id: string, code: number, nowMs: number): Work {
  return afterLook(work, testContainer(launch, { run_id, ...exited(code, ['bye']) }), nowMs);
}

function answered(work: Work, nowMs: number): Work {
  if (!work.health) throw new Error('nothing runs');
  const ok = { ready: true, summary: 'HTTP 200', excerpt: null };
  return { ...work, health: afterProbe(work.health, launch.spec.health, ok, nowMs) };
}

test('pauses double from 1 s to 5 min', () => {
  expect([1, 2, 3, 9, 10, 100].map(restartPauseMs)).toEqual([
    1000, 2000, 4000, 256_000, 300_000, 300_000,
  ]);
});

describe('a container that ends', () => {
  const up = running({ ...newWork(launch), started_here: true }, 'run-1', 0);

  test('is told with its exit and its last lines, and starts again after 1 s', () => {
    const work = ended(up, 'run-1', 137, 5000);
    expect(work).toMatchObject({
      health: null,
      retry_at_ms: 6000,
      last_exit: { code: 137, oom_killed: false },
      trouble: {
        state: 'restarting',
        reason: 'exited',
        message: 'exited with code 137 (SIGKILL); restart 1 in 1 s',
        lines: ['bye'],
      },
    });
  });

  test('counts once, however often it is looked at', () => {
    const once = ended(up, 'run-1', 1, 5000);
    expect(ended(once, 'run-1', 1, 9000)).toEqual(once);
  });

  test('counts as restarted when it runs again', () => {
    const again = running(ended(up, 'run-1', 1, 5000), 'run-2', 7000);
    expect(again).toMatchObject({ restarts: 1, trouble: null, restart_reason: 'exited' });
    expect(running(again, 'run-2', 8000)).toEqual(again);
  });

  test('that was started again by somebody else counts too', () => {
    expect(running(up, 'run-2', 7000)).toMatchObject({ restarts: 1, restart_reason: 'restarted' });
  });

  test('for want of memory says so', () => {
    const container = testContainer(launch, exited(137, [], true));
    expect(afterLook(up, container, 0).trouble).toMatchObject({
      reason: 'oom_killed',
      message: 'ran out of memory and exited with code 137 (SIGKILL); restart 1 in 1 s',
    });
  });

  test('because its agent stopped it says why', () => {
    const stopping = {
      ...up,
      stopping_for: { reason: 'unhealthy', message: 'was unhealthy for 300 s' },
    };
    expect(ended(stopping, 'run-1', 143, 0).trouble).toMatchObject({
      reason: 'unhealthy',
      message: 'was unhealthy for 300 s; restart 1 in 1 s',
      lines: ['bye'],
    });
  });

  test('again and again is a crash loop after 3 restarts', () => {
    let work = up;
    const reasons: string[] = [];
    for (let run = 1; run <= 4; run++) {
      work = ended(work, `run-${run}`, 1, run * minute);
      reasons.push(`${work.trouble?.reason} ${(work.retry_at_ms ?? 0) - run * minute}`);
      work = running(work, `run-${run + 1}`, run * minute + 1000);
    }
    expect(reasons).toEqual(['exited 1000', 'exited 2000', 'exited 4000', 'crash_loop 8000']);
    expect(ended(work, 'run-5', 1, 5 * minute).trouble?.message).toBe(
      'crash loop (4 restarts without 10 min of health): exited with code 1; restart 5 in 16 s',
    );
  });

  test('starts at the first pause again after 10 min of health', () => {
    const looped = { ...up, failures: 9 };
    const healthy = answered(looped, minute);
    expect(ended(healthy, 'run-1', 1, 11 * minute - 1).failures).toBe(10);
    expect(ended(healthy, 'run-1', 1, 11 * minute).failures).toBe(1);
  });

  test('10 min of health count also when it hangs before it ends', () => {
    const no = { ready: false, summary: 'no answer', excerpt: null };
    const healthy = answered({ ...up, failures: 9 }, minute);
    const hangs = [12, 13, 14].reduce((work, at) => afterAnswer(work, no, at * minute), healthy);
    expect(hangs.health?.phase).toBe('unhealthy');
    expect(ended(hangs, 'run-1', 137, 15 * minute).trouble?.message).not.toContain('crash loop');
    expect(ended(hangs, 'run-1', 137, 15 * minute).failures).toBe(1);
    // And a stop that fails is repeated with growing pauses all the same.
    const trouble = {
      state: 'restarting',
      reason: 'stop_failed',
      message: 'no',
      lines: [],
    } as const;
    expect(afterFailedStep(afterFailedStep(hangs, trouble, 0), trouble, 0).failures).toBe(2);
  });
});

describe('a container that is not there', () => {
  test('and never was is no event', () => {
    const work = newWork(launch);
    expect(afterLook(work, null, 0)).toBe(work);
  });

  test('any more is told and made again after a pause', () => {
    const gone = afterLook(running(newWork(launch), 'run-1', 0), null, 1000);
    expect(gone).toMatchObject({ container_id: null, retry_at_ms: 2000, health: null });
    expect(gone.trouble).toMatchObject({ state: 'restarting', reason: 'removed' });
    expect(afterLook(gone, null, 1500)).toBe(gone);
    expect(running(gone, 'run-2', 3000)).toMatchObject({ restarts: 1 });
  });
});

describe('adoption', () => {
  test('a container that ran before this process is adopted and not counted as started', () => {
    const work = running(newWork(launch), 'run-1', 0);
    expect(work).toMatchObject({ restarts: 0, trouble: null, stage: 'starting' });
    expect(work.health?.adopted_ms).not.toBeNull();
  });

  test('a run that this process asked for is not older than that, whatever the clocks say', () => {
    const asked = { ...newWork(launch), started_here: true, asked_ms: 7_000_000 };
    const hourOff = testContainer(launch, { started_ms: 3_400_000 });
    expect(afterLook(asked, hourOff, 7_000_100).health?.started_ms).toBe(7_000_000);
  });

  test('one that this process started is not', () => {
    expect(
      running({ ...newWork(launch), started_here: true }, 'r', 0).health?.adopted_ms,
    ).toBeNull();
  });

  test('one that ended while there was no agent is started again', () => {
    expect(ended(newWork(launch), 'run-1', 1, 0)).toMatchObject({ retry_at_ms: 1000, failures: 1 });
  });

  test('a container of another spec is not this work', () => {
    const work = newWork(launch);
    expect(afterLook(work, testContainer(launch, { spec_hash: 'other' }), 0)).toBe(work);
  });
});

test('a step that fails is shown, and tried again with growing pauses', () => {
  const trouble = {
    state: 'failed',
    reason: 'port_in_use',
    message: 'taken',
    lines: [],
  } as const;
  const once = afterFailedStep(newWork(launch), trouble, 0);
  const message = 'taken; try 2 in 1 s';
  expect(once).toMatchObject({ trouble: { ...trouble, message }, retry_at_ms: 1000 });
  expect(afterFailedStep(once, trouble, 5000).retry_at_ms).toBe(7000);
  expect(running(once, 'run-1', 2000)).toMatchObject({ trouble: null, restarts: 0 });
});

test.each([
  [{ code: 0, oom_killed: false }, 'exited with code 0'],
  [{ code: 139, oom_killed: false }, 'exited with code 139 (SIGSEGV)'],
  [{ code: 255, oom_killed: false }, 'exited with code 255'],
])('%j in words', (exit, words) => expect(exitInWords(exit)).toBe(words));
