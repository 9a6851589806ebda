import { describe, expect, test } from 'vitest';
import { afterProbe, type Health, newHealth, restartDue } from './health.ts';
import { testSpec } from './testing/launch-spec.ts';

const spec = { ...testSpec().health, interval_seconds: 10, failure_threshold: 3 };
const ok = { ready: true, summary: 'HTTP 200', excerpt: null };
const bad = { ready: false, summary: 'HTTP 503', excerpt: 'loading' };
const fresh = (at = 0) => newHealth({ started_ms: at, adopted: false }, at);

function probed(health: Health, results: (typeof ok | typeof bad)[], atMs: number): Health {
  return results.reduce(
    (now, result, index) => afterProbe(now, spec, result, atMs + index),
    health,
  );
}

describe('before it is ready', () => {
  test('it is asked quickly at first and slower later, never more than a second apart', () => {
    let health = fresh();
    const gaps: number[] = [health.next_probe_ms];
    for (let probe = 0; probe < 30; probe++) {
      const at = health.next_probe_ms;
      health = afterProbe(health, spec, bad, at);
      gaps.push(health.next_probe_ms - at);
    }
    expect(gaps[0]).toBe(20);
    expect(gaps.slice(0, 4).every((gap) => gap < 50)).toBe(true);
    expect([...gaps].sort((one, other) => one - other)).toEqual(gaps);
    expect(gaps.at(-1)).toBe(1000);
    expect(health.phase).toBe('starting');
  });

  test('the first 2xx makes it ready', () => {
    const health = afterProbe(fresh(), spec, ok, 500);
    expect(health).toMatchObject({ phase: 'ready', ready_ms: 500, next_probe_ms: 10_500 });
  });

  test('its time to start ends in a restart', () => {
    expect(restartDue(fresh(100), spec)).toEqual({ at_ms: 3_600_100, why: 'start_timeout' });
  });
});

describe('after it was ready', () => {
  const ready = afterProbe(fresh(), spec, ok, 500);

  test('fewer failures than the threshold change nothing that is shown', () => {
    expect(probed(ready, [bad, bad], 1000)).toMatchObject({ phase: 'ready', ready_ms: 500 });
    expect(probed(ready, [bad, bad, ok, bad, bad], 1000).phase).toBe('ready');
  });

  test('as many in a row as the threshold make it unhealthy, one success healthy', () => {
    const unhealthy = probed(ready, [bad, bad, bad], 1000);
    expect(unhealthy).toMatchObject({ phase: 'unhealthy', ready_ms: null, unhealthy_ms: 1002 });
    expect(probed(unhealthy, [bad], 2000).unhealthy_ms).toBe(1002);
    expect(probed(unhealthy, [ok], 2000)).toMatchObject({ phase: 'ready', ready_ms: 2000 });
  });

  test('a long time unhealthy ends in a restart, unless it shall not', () => {
    const unhealthy = probed(ready, [bad, bad, bad], 1000);
    expect(restartDue(unhealthy, spec)).toEqual({ at_ms: 301_002, why: 'unhealthy' });
    expect(restartDue(unhealthy, { ...spec, restart_after_seconds: 0 })).toBeNull();
    expect(restartDue(ready, spec)).toBeNull();
  });
});

describe('adopted', () => {
  test('it is asked at once', () => {
    expect(newHealth({ started_ms: 0, adopted: true }, 700).next_probe_ms).toBe(700);
  });

  test('soon after its start it has the time of one that served, for it may have been ready before', () => {
    const soon = 10_000;
    const deaf = probed(newHealth({ started_ms: 0, adopted: true }, soon), [bad, bad, bad], soon);
    const dueWith = (health: Partial<typeof spec>) => restartDue(deaf, { ...spec, ...health });
    const quick = { start_timeout_seconds: 30 };
    expect(dueWith(quick)).toEqual({ at_ms: soon + 300_000, why: 'start_timeout' });
    expect(dueWith({ restart_after_seconds: 20 })?.at_ms).toBe(3_600_000);
  });

  test('where nothing that served is restarted, it is not either: after its time to start it is unhealthy', () => {
    const never = { ...spec, start_timeout_seconds: 600, restart_after_seconds: 0 };
    const early = [...Array(5)].reduce(
      (health, _, at) => afterProbe(health, never, bad, 500_000 + at),
      newHealth({ started_ms: 0, adopted: true }, 10_000),
    );
    expect(early.phase).toBe('starting');
    expect(restartDue(early, never)).toBeNull();
    const late = afterProbe(early, never, bad, 600_000);
    expect(late.phase).toBe('unhealthy');
    expect(restartDue(late, never)).toBeNull();
  });

  test('long after its start it is judged as one that was ready: it is never restarted for its start', () => {
    const late = 4_000_000;
    const health = newHealth({ started_ms: 0, adopted: true }, late);
    expect(restartDue(health, spec)).toBeNull();
    const once = probed(health, [bad], late);
    expect(restartDue(once, spec)).toBeNull();
    const thrice = probed(health, [bad, bad, bad], late);
    expect(thrice).toMatchObject({ phase: 'unhealthy', unhealthy_ms: late + 2 });
    expect(restartDue(thrice, spec)?.why).toBe('unhealthy');
  });
});
