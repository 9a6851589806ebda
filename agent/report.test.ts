import { describe, expect, test } from 'vitest';
import { ObservedInstance } from '../contract/agent-protocol.ts';
import { secretMark } from '../contract/secret-mark.ts';
import { afterProbe } from './health.ts';
import { type ReportInput, report } from './report.ts';
import { createSecrets } from './secrets.ts';
import { testLaunch } from './testing/launch-spec.ts';
import { exited, testContainer } from './testing/own-container.ts';
import { afterLook, newWork, type Work } from './work.ts';

const launch = testLaunch();
const ok = { ready: true, summary: 'HTTP 200', excerpt: null };
const bad = { ready: false, summary: 'HTTP 503', excerpt: 'key s3cr3t is wrong' };

function input(work: Work | null, changes: Partial<ReportInput> = {}): ReportInput {
  return {
    launches: work ? [work.launch] : [],
    confirmed: true,
    listed: true,
    containers: [],
    works: new Map(work ? [[work.launch.name, work]] : []),
    silent: new Set<string>(),
    removals: new Map(),
    flights: new Map(),
    secrets: createSecrets(),
    now_ms: 10_000,
    ...changes,
  };
}

function only(given: ReportInput): ObservedInstance {
  const { instances } = report(given);
  expect(instances).toHaveLength(1);
  return ObservedInstance.parse(instances[0]);
}

const up = afterLook({ ...newWork(launch), started_here: true }, testContainer(launch), 1000);
const health =
  up.health ??
  (() => {
    throw new Error('nothing runs');
  })();
const ready: Work = { ...up, health: afterProbe(health, launch.spec.health, ok, 4000) };

describe('states', () => {
  test('queued, starting, running', () => {
    expect(only(input(newWork(launch)))).toMatchObject({ state: 'queued', container_id: null });
    expect(only(input(up))).toMatchObject({ state: 'starting', started_age_ms: 10_000 });
    expect(only(input(ready))).toMatchObject({
      state: 'running',
      message: 'running; ready 4.0 s after its start',
      ready_age_ms: 6000,
    });
  });

  test('unhealthy says what the check said', () => {
    const failing = [bad, bad, bad].reduce(
      (now, result) => afterProbe(now, launch.spec.health, result, 9000),
      ready.health ?? health,
    );
    expect(only(input({ ...ready, health: failing }))).toMatchObject({
      state: 'unhealthy',
      reason: 'health_check_failed',
      message: 'does not pass its health check; GET /health: HTTP 503; key s3cr3t is wrong',
    });
  });

  test('after its first run an instance never goes back to starting', () => {
    const crashed = afterLook(ready, testContainer(launch, exited(137)), 5000);
    expect(only(input(crashed))).toMatchObject({
      state: 'restarting',
      exit: { code: 137, oom_killed: false },
    });
    const again = afterLook(crashed, testContainer(launch, { run_id: 'run-2' }), 7000);
    expect(only(input(again))).toMatchObject({
      state: 'restarting',
      reason: 'exited',
      restarts: 1,
    });
    const back = {
      ...again,
      health: afterProbe(again.health ?? health, launch.spec.health, ok, 8000),
    };
    expect(only(input(back))).toMatchObject({
      state: 'running',
      message:
        'running; ready 8.0 s after its start; restarted 1 time, last exit code 137 (SIGKILL)',
    });
  });
});

describe('completeness', () => {
  test('an orphan is being stopped until it is gone', () => {
    const given = input(null, { containers: [testContainer(launch)] });
    expect(only(given)).toMatchObject({ state: 'stopping', reason: 'not_desired' });
    expect(report(given).complete).toBe(true);
  });

  test('a container that a set of this control plane has not spoken about makes it incomplete', () => {
    const containers = [testContainer(launch)];
    const given = input(null, { containers, confirmed: false, launches: null });
    expect(report(given)).toEqual({ complete: false, instances: [] });
  });

  test('a launch under way that is not wanted any more is still told', () => {
    const flights = new Map([
      ['ins_1', { step: { kind: 'launch', launch } as const, aborted: true }],
    ]);
    expect(only(input(null, { flights })).state).toBe('stopping');
  });

  test('an engine that does not answer makes it incomplete and changes no state', () => {
    const given = input(ready, { listed: false });
    expect(report(given).complete).toBe(false);
    expect(only(given).state).toBe('running');
  });
});

test('a pause is told with what is left of it, and a run under way has none', () => {
  const crashed = afterLook(up, testContainer(launch, exited(1, [])), 9500);
  expect(only(input(crashed)).retry_in_ms).toBe(500);
  expect(only(input(crashed, { now_ms: 20_000 })).retry_in_ms).toBe(0);
  expect(only(input(ready))).not.toHaveProperty('retry_in_ms');
});

describe('secrets in messages', () => {
  const secretive = testLaunch({ env: { KEY: secretMark('key') } });
  const lines = ['key s3cr3t is wrong', 'bye'];
  const crashed = afterLook(newWork(secretive), testContainer(secretive, exited(1, lines)), 1000);

  test('values are masked', () => {
    const secrets = createSecrets();
    secrets.replace({ key: 's3cr3t' });
    expect(only(input(crashed, { secrets })).message).toBe(
      'exited with code 1; restart 1 in 1 s; last lines: key *** is wrong\nbye',
    );
  });

  test.each([
    ['within JSON', 'say "hi"\\', JSON.stringify({ error: 'no say "hi"\\' })],
    ['within an address', 'a/b+c=', 'GET /?token=a%2Fb%2Bc%3D'],
    ['on one line', 'first line\n  second line', 'key first line second line'],
    ['whose beginning was cut off', `BEGIN\n${'k'.repeat(30)}\nEND`, `${'k'.repeat(30)}\nEND`],
  ])('a value %s is masked', (_where, value, said) => {
    const secrets = createSecrets();
    secrets.replace({ key: value });
    const masked = secrets.mask(said);
    expect(masked).toContain('***');
    for (const part of ['hi', 'a%2Fb', 'second', 'kkk']) expect(masked).not.toContain(part);
  });

  test('an older value of this process is masked too', () => {
    const secrets = createSecrets();
    secrets.replace({ key: 's3cr3t' });
    secrets.replace({ key: 'renewed' });
    expect(only(input(crashed, { secrets })).message).not.toContain('s3cr3t');
  });

  test("the container's words are left out while a value is not known", () => {
    expect(only(input(crashed)).message).toBe('exited with code 1; restart 1 in 1 s');
  });

  test('masking comes before cutting', () => {
    const secrets = createSecrets();
    secrets.replace({ key: 's3cr3t' });
    const long = `${'x'.repeat(1940)}${'s3cr3t'.repeat(20)}`;
    const work = afterLook(newWork(secretive), testContainer(secretive, exited(1, [long])), 0);
    const { message } = only(input(work, { secrets }));
    expect(message.length).toBe(2000);
    expect(message).not.toContain('s3c');
  });

  test('a value that a cut went through is masked as far as it is there, at both ends of the piece', () => {
    const secrets = createSecrets();
    const value = 'canary-0123456789-abcdef';
    secrets.replace({ key: value });
    const cut = `${value} `.repeat(60).slice(10, 990);
    const masked = secrets.maskPiece(cut);
    expect(masked).toBe(`***${' ***'.repeat(39)}`);
    expect(secrets.maskPiece('6789-abcdef')).toBe('***');
    expect(secrets.maskPiece('it said canary-012')).toBe('it said ***');
    expect(secrets.maskPiece('it can')).toBe('it can');
  });

  test('a value within another one is masked whole, a short one not at all', () => {
    const secrets = createSecrets();
    secrets.replace({ a: 'abcd', b: 'xxabcdxx', c: 'it' });
    expect(secrets.mask('it has xxabcdxx and abcd')).toBe('it has *** and ***');
  });
});

test("the engine's words about what has secrets are held back until their values are known", () => {
  const secret = testLaunch({ entrypoint: [secretMark('KEY')] });
  const message = 'The engine cannot start the container: exec: "s3cr3t": not found';
  const trouble = { state: 'failed', reason: 'start_failed', message, from_engine: true } as const;
  const work: Work = { ...newWork(secret), trouble: { ...trouble, lines: [] } };
  const secrets = createSecrets();
  const told = () => only(input(work, { secrets })).message;
  expect(told()).toContain('held back');
  secrets.replace({ KEY: 's3cr3t' });
  expect(told()).toBe('The engine cannot start the container: exec: "***": not found');
});
