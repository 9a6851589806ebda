import { afterEach, describe, expect, test } from 'vitest';
import type { LaunchSpec } from '../contract/launch-spec.ts';
import type { RegistryLogin } from '../contract/registry.ts';
import { EngineRefusedError } from './docker/errors.ts';
import { eventually } from './testing/manual-clock.ts';
import { reconcilerBench } from './testing/reconciler-bench.ts';

let stop: () => Promise<void> = async () => {};
afterEach(() => stop());

const standIn = 'longshore/stand-in:1';
const login: RegistryLogin = { server: 'docker.io', username: 'ci', password: 'pass-word' };
const unauthorized = () => new EngineRefusedError(500, 'unauthorized: authentication required');
const away = () => new EngineRefusedError(500, 'dial tcp: connect: connection refused');

function bench() {
  const inner = reconcilerBench();
  const { engine, containers } = inner;
  stop = inner.stop;
  // Each its own: that a port is free is tried on this machine.
  const want = (...specs: Partial<LaunchSpec>[]) =>
    inner.want(...specs.map((spec, at) => ({ port: 20_300 + at, ...spec })));
  const failNextPull = (error: Error) => engine.faults.push({ verb: 'pull', late: false, error });
  const pulls = () => engine.calls.filter((call) => call.startsWith('pull'));
  containers.start();
  return { ...inner, want, failNextPull, pulls };
}

describe('a login', () => {
  test('that changes is tried at once, whatever the pause was', async () => {
    const { clock, images, reconciler, want, seen, becomes, ready, failNextPull, pulls } = bench();
    for (let failure = 0; failure < 3; failure++) failNextPull(unauthorized());
    want({ image: 'private:1' });
    await becomes('failed');
    await clock.advance(1000);
    await clock.advance(2000);
    await eventually(() => pulls().length === 3);
    await becomes('failed');
    expect(seen()).toMatchObject({ reason: 'image_unauthorized' });
    expect(seen()?.message).toContain('PUT /api/v1/registries/docker.io');
    // Of another registry: no reason to try.
    reconciler.loginsChanged(images.logins.replace([{ ...login, server: 'ghcr.io' }]));
    await clock.advance(0);
    expect(pulls()).toHaveLength(3);
    reconciler.loginsChanged(images.logins.replace([login]));
    await ready();
    expect(pulls()).toHaveLength(4);
  });
});

test('a pull that waits for others says so, and what it waits for', async () => {
  const { engine, want, all, becomes } = bench();
  engine.pullGate = new Promise(() => {});
  const specs = [1, 2, 3].map((at) => ({ instance_id: `ins_${at}`, image: `big-${at}:1` }));
  want(...specs);
  await becomes('pulling');
  await eventually(() => engine.pulling.size === 2);
  await eventually(() => all()[2]?.message.includes('waits') ?? false);
  expect(all().map(({ state, message }) => `${state}: ${message}`)).toEqual([
    'pulling: the image big-1:1 is being pulled',
    'pulling: the image big-2:1 is being pulled',
    'queued: the host has it; its image big-3:1 waits for another pull to end',
  ]);
});

test('two instances of one image are pulled for once and both told of it', async () => {
  const { engine, want, all, pulls } = bench();
  let open = () => {};
  engine.pullGate = new Promise((resolve) => {
    open = resolve;
  });
  const spec = { image: 'big:1' };
  want({ ...spec, instance_id: 'ins_1' }, { ...spec, instance_id: 'ins_2' });
  await eventually(() => all().filter(({ state }) => state === 'pulling').length === 2);
  open();
  await eventually(() => all().filter(({ state }) => state === 'starting').length === 2);
  expect(pulls()).toEqual(['pull big:1']);
});

describe('image_pull_policy always, with the next generation in place', () => {
  const always = { image_pull_policy: 'always' } as const;

  test('and the registry away: the older one serves on, and the newer one says why', async () => {
    const { engine, want, seen, ready, becomes, failNextPull, clock } = bench();
    want(always);
    await ready();
    failNextPull(away());
    want({ ...always, generation: 2 });
    await becomes('restarting', 2);
    expect(seen(2)).toMatchObject({ reason: 'registry_unreachable' });
    expect(seen(2)?.message).toContain('image_pull_policy is "always"');
    expect(engine.byName('longshore-ins_1-1')?.status).toBe('running');
    await clock.advance(1000);
    await ready(2);
    expect(engine.byName('longshore-ins_1-1')).toBeUndefined();
  });

  test('asks the registry before the older one stops, and not again after it', async () => {
    const { engine, want, ready, pulls } = bench();
    want(always);
    await ready();
    want({ ...always, generation: 2 });
    await ready(2);
    expect(pulls()).toEqual([`pull ${standIn}`, `pull ${standIn}`]);
    const verbs = engine.calls.map((call) => call.split(' ')[0]);
    expect(verbs).toEqual(['pull', 'create', 'start', 'pull', 'stop', 'remove', 'create', 'start']);
  });
});

describe('what a container was made from', () => {
  const digest = `example.org/team/engine@sha256:${'a'.repeat(64)}`;

  test('is told by the digest of the repository that was asked for', async () => {
    const { engine, want, seen, ready } = bench();
    const image = 'example.org/team/engine:1';
    engine.images.add(image);
    engine.imageFacts.set(image, { digests: ['mirror.example/engine@sha256:b', digest] });
    want({ image });
    expect(seen()?.image_digest).toBeUndefined();
    await ready();
    expect(seen()?.image_digest).toBe(digest);
    // Its tag moves on; the container does not.
    engine.imageFacts.set(image, { digests: ['example.org/team/engine@sha256:c'] });
    engine.exit('longshore-ins_1-1', 1);
    await eventually(() => seen()?.state === 'restarting');
    expect(seen()?.image_digest).toBe(digest);
  });

  test("is told by the image's id where no registry knows it", async () => {
    const { want, seen, ready } = bench();
    want({});
    await ready();
    expect(seen()?.image_digest).toBe(`sha256:of-${standIn}`);
  });

  test('is told of one that is being stopped', async () => {
    const { engine, reconciler, want, seen, ready } = bench();
    want({});
    await ready();
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const stopIt = engine.stop.bind(engine);
    engine.stop = async (container) => {
      await gate;
      return stopIt(container);
    };
    want();
    expect(seen()).toMatchObject({ state: 'stopping', image_digest: `sha256:of-${standIn}` });
    release();
    await eventually(() => reconciler.report()?.instances.length === 0);
  });
});

describe('an image for another architecture', () => {
  test('that never comes up is named as the cause', async () => {
    const { engine, want, seen, becomes } = bench();
    engine.imageFacts.set(standIn, { architecture: 'arm64' });
    want({});
    await becomes('starting');
    engine.exit('longshore-ins_1-1', 127, ['exec /run failed']);
    await becomes('restarting');
    expect(seen()).toMatchObject({
      reason: 'image_wrong_architecture',
      message: expect.stringContaining('the image is for arm64 and this host is amd64'),
    });
  });

  test('that runs, by emulation, and ends later is not blamed', async () => {
    const { engine, want, seen, becomes, ready } = bench();
    engine.imageFacts.set(standIn, { architecture: 'arm64' });
    want({});
    await ready();
    engine.exit('longshore-ins_1-1', 1);
    await becomes('restarting');
    expect(seen()?.reason).toBe('exited');
  });

  test.each(['amd64', '386', ''])('"%s" is this one too', async (architecture) => {
    const { engine, want, seen, becomes } = bench();
    engine.imageFacts.set(standIn, { architecture });
    want({});
    await becomes('starting');
    engine.exit('longshore-ins_1-1', 1);
    await becomes('restarting');
    expect(seen()?.reason).toBe('exited');
  });
});
