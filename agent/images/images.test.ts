import { describe, expect, test } from 'vitest';
import { EngineRefusedError } from '../docker/errors.ts';
import { testImages } from '../testing/images.ts';
import { eventually, manualClock, settled } from '../testing/manual-clock.ts';
import { MemoryEngine } from '../testing/memory-engine.ts';
import { recordedLog } from '../testing/recorded-log.ts';
import type { ImageCall, ImagesOptions } from './images.ts';

const gibibyte = 1024 ** 3;
const minute = 60_000;

function bench(options: Partial<ImagesOptions> = {}) {
  const clock = manualClock();
  const engine = new MemoryEngine(clock);
  const images = testImages({ engine, clock, log: recordedLog(), ...options });
  let open = () => {};
  /** Pulls wait until it is opened. */
  const close = () => {
    engine.pullGate = new Promise((resolve) => {
      open = resolve;
    });
  };
  const want = (
    image: string,
    call: Partial<ImageCall> = {},
    image_pull_policy: 'if_not_present' | 'always' | 'never' = 'if_not_present',
  ) => {
    const heard: string[] = [];
    const ended = images.ensure(
      { image, image_pull_policy },
      {
        signal: new AbortController().signal,
        asked: false,
        onWaiting: () => heard.push('waits'),
        onProgress: () => heard.push('progress'),
        onPulled: () => heard.push('pulled'),
        ...call,
      },
    );
    // Whoever expects a failure looks at it later.
    ended.catch(() => {});
    return { ended, heard };
  };
  const pulls = () => engine.calls.filter((call) => call.startsWith('pull'));
  return { clock, engine, images, want, pulls, close, open: () => open() };
}

describe('an image', () => {
  test('is pulled once however many want it, and in whatever spelling', async () => {
    const { want, pulls, close, open } = bench();
    close();
    const wanted = [want('redis:7'), want('docker.io/library/redis:7'), want('redis:7')];
    await settled();
    open();
    await Promise.all(wanted.map(({ ended }) => ended));
    expect(pulls()).toEqual(['pull redis:7']);
    expect(wanted.map(({ heard }) => heard)).toEqual(Array(3).fill(['progress', 'pulled']));
  });

  test('is pulled on while one wants it still, and no longer', async () => {
    const { engine, want, pulls, close } = bench();
    close();
    const [one, other] = [new AbortController(), new AbortController()];
    const first = want('a:1', { signal: one.signal });
    const second = want('a:1', { signal: other.signal });
    await eventually(() => engine.pulling.size === 1);
    one.abort();
    await expect(first.ended).rejects.toBe(one.signal.reason);
    expect(engine.pulling.get('a:1')?.signal.aborted).toBe(false);
    other.abort();
    await expect(second.ended).rejects.toBe(other.signal.reason);
    expect(engine.pulling.size).toBe(0);
    // Whoever comes then begins anew.
    want('a:1');
    await eventually(() => engine.pulling.size === 1);
    expect(pulls()).toHaveLength(2);
  });

  test('two are pulled at a time; the others wait in turn and say so', async () => {
    const { engine, want, pulls, close, open } = bench();
    close();
    const gone = new AbortController();
    const [one, two] = [want('a:1'), want('b:1')];
    const third = want('c:1', { signal: gone.signal });
    const fourth = want('d:1');
    await eventually(() => engine.pulling.size === 2);
    await settled();
    expect(pulls()).toEqual(['pull a:1', 'pull b:1']);
    expect([one, two, third, fourth].map(({ heard }) => heard[0])).toEqual([
      'progress',
      'progress',
      'waits',
      'waits',
    ]);
    gone.abort();
    await expect(third.ended).rejects.toBe(gone.signal.reason);
    open();
    await Promise.all([one.ended, two.ended, fourth.ended]);
    expect(pulls()).toEqual(['pull a:1', 'pull b:1', 'pull d:1']);
    expect(fourth.heard).toEqual(['waits', 'progress', 'pulled']);
  });

  test('takes as long as it takes while it goes forward, and ends when it does not for 5 min', async () => {
    const { clock, engine, want, close } = bench();
    close();
    const { ended } = want('a:1');
    await eventually(() => engine.pulling.size === 1);
    for (let step = 0; step < 100; step++) {
      await clock.advance(4 * minute);
      engine.pulling.get('a:1')?.onStep();
    }
    await clock.advance(5 * minute - 1);
    expect(engine.pulling.size).toBe(1);
    await clock.advance(1);
    await expect(ended).rejects.toMatchObject({
      reason: 'image_pull_stalled',
      state: 'restarting',
    });
    expect(engine.pulling.size).toBe(0);
  });

  test('that is all here is given more time, to be unpacked', async () => {
    const { clock, engine, want, close } = bench();
    close();
    const { ended } = want('a:1');
    await eventually(() => engine.pulling.size === 1);
    const pull = engine.pulling.get('a:1');
    pull?.onProgress({ bytes_done: 5, bytes_total: 5, layers_done: 0, layers: 1, all_known: true });
    pull?.onStep();
    await clock.advance(29 * minute);
    expect(engine.pulling.size).toBe(1);
    await clock.advance(minute);
    await expect(ended).rejects.toMatchObject({ reason: 'image_pull_stalled' });
  });
});

describe('a disk', () => {
  const disk = (free: number) => async () => ({
    path: '/var/lib/docker',
    total_bytes: 100 * gibibyte,
    free_bytes: free * gibibyte,
  });

  test('with less than its reserve gets no image, and says how much is free', async () => {
    const { want, pulls } = bench({ readDisk: disk(1.5) });
    await expect(want('a:1').ended).rejects.toMatchObject({
      reason: 'image_no_space',
      message: expect.stringContaining(
        '1.6 GB are free on the disk of the Docker engine (/var/lib/docker)',
      ),
    });
    expect(pulls()).toEqual([]);
  });

  test('with less than the registry says is to come ends the pull', async () => {
    const { engine, want } = bench({ readDisk: disk(4) });
    // 4 GB of layers beside 2 GiB of reserve.
    engine.pullGate = new Promise(() => {});
    await expect(want('a:1').ended).rejects.toMatchObject({
      reason: 'image_no_space',
      message: expect.stringContaining('needs 4.0 GB more'),
    });
    expect(engine.pulling.size).toBe(0);
  });

  test('with room for it gets it', async () => {
    const { want, pulls } = bench({ readDisk: disk(6) });
    await want('a:1').ended;
    expect(pulls()).toHaveLength(1);
  });
});

describe('a login', () => {
  const login = { server: 'docker.io', username: 'ci', password: 'pass-word' };

  test('is given with a pull from its registry, and with no other', async () => {
    const { engine, images, want } = bench();
    images.logins.replace([login]);
    await want('redis:7').ended;
    await want('ghcr.io/a/b:1').ended;
    expect(engine.logins).toEqual([login, null]);
  });

  test('that changed while the old one was refused is tried at once', async () => {
    const { engine, images, want, pulls } = bench();
    images.logins.replace([login]);
    let refuse = () => {};
    engine.pullGate = new Promise((_, reject) => {
      refuse = () => reject(new EngineRefusedError(500, 'unauthorized: authentication required'));
    });
    const newer = { ...login, password: 'another-word' };
    const { ended } = want('redis:7');
    await eventually(() => engine.pulling.size === 1);
    images.logins.replace([newer]);
    const refused = engine.pullGate;
    engine.pullGate = Promise.resolve();
    refuse();
    await expect(refused).rejects.toThrow('unauthorized');
    await ended;
    expect(pulls()).toHaveLength(2);
    expect(engine.logins).toEqual([login, newer]);
  });

  test('that is the same again changes nothing', () => {
    const { images } = bench();
    expect([...images.logins.replace([login])]).toEqual(['docker.io']);
    const before = images.logins.of('redis');
    expect([...images.logins.replace([{ ...login }])]).toEqual([]);
    expect(images.logins.of('redis')).toBe(before);
    expect([...images.logins.replace([])]).toEqual(['docker.io']);
    expect(images.logins.of('redis')).toBeNull();
  });

  test('never stands in what is said of its refusal', async () => {
    const { engine, images, want } = bench();
    images.logins.replace([login]);
    const error = new EngineRefusedError(500, 'unauthorized: authentication required');
    engine.faults.push({ verb: 'pull', late: false, error });
    const failure = await want('redis:7').ended.then(
      () => null,
      (thrown: Error) => thrown,
    );
    expect(failure).toMatchObject({ reason: 'image_unauthorized' });
    expect(failure?.message).toContain('the user "ci"');
    expect(failure?.message).not.toContain('pass-word');
  });
});

describe('the policy', () => {
  const here = 'longshore/stand-in:1';
  const away = new EngineRefusedError(500, 'dial tcp 10.0.0.1:443: connect: connection refused');

  test('if_not_present pulls only what is not here', async () => {
    const { want, pulls } = bench();
    await want(here).ended;
    expect(pulls()).toEqual([]);
    await want('a:1').ended;
    expect(pulls()).toEqual(['pull a:1']);
  });

  test('always asks the registry once for a launch', async () => {
    const { want, pulls } = bench();
    await want(here, {}, 'always').ended;
    await want(here, { asked: true }, 'always').ended;
    expect(pulls()).toEqual([`pull ${here}`]);
    // What was asked for and removed meanwhile is pulled again.
    await want('a:1', { asked: true }, 'always').ended;
    expect(pulls()).toHaveLength(2);
  });

  test('always fails when the registry is away, and says that the image here is not used', async () => {
    const { engine, want } = bench();
    engine.faults.push({ verb: 'pull', late: false, error: away });
    await expect(want(here, {}, 'always').ended).rejects.toMatchObject({
      reason: 'registry_unreachable',
      message: expect.stringMatching(
        /connection refused.* is not used: image_pull_policy is "always"/,
      ),
    });
    engine.faults.push({ verb: 'pull', late: false, error: away });
    await expect(want('a:1', {}, 'always').ended).rejects.toMatchObject({
      message: expect.not.stringContaining('is not used'),
    });
  });

  test('never pulls nothing', async () => {
    const { want, pulls } = bench();
    await want(here, {}, 'never').ended;
    await expect(want('a:1', {}, 'never').ended).rejects.toMatchObject({
      reason: 'image_not_found',
      message: expect.stringContaining('image_pull_policy is "never"'),
    });
    expect(pulls()).toEqual([]);
  });
});
