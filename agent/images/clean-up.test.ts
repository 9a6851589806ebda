import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { EngineRefusedError } from '../docker/errors.ts';
import { openJournal } from '../journal.ts';
import { testImages } from '../testing/images.ts';
import { eventually, manualClock, settled } from '../testing/manual-clock.ts';
import { MemoryEngine } from '../testing/memory-engine.ts';
import { recordedLog } from '../testing/recorded-log.ts';
import { createImageRecords } from './records.ts';

const minute = 60_000;
const stuck = 'images_not_removable';

/** A disk of 100 bytes, of which each image takes 10 and others `others`. */
function bench(others = 0) {
  const clock = manualClock();
  const engine = new MemoryEngine(clock);
  engine.images.clear();
  const log = recordedLog();
  const state = { others, wanted: new Set<string>() as Set<string> | null };
  const readDisk = async () => ({
    path: '/var/lib/docker',
    total_bytes: 100,
    // The reserve of a pull is another matter.
    free_bytes: 100 - state.others - 10 * engine.images.size,
  });
  const images = testImages({
    engine,
    clock,
    log,
    readDisk,
    wanted: () =>
      state.wanted && new Set([...state.wanted].map((name) => `docker.io/team/${name}`)),
  });
  /** Pulled by this agent some time ago, the first ones first. */
  const pulled = async (...names: string[]) => {
    for (const name of names) {
      engine.images.add(`team/${name}`);
      images.records.pulled(`team/${name}`, `sha256:of-team/${name}`);
      await clock.advance(minute);
    }
  };
  const foreign = (...names: string[]) => {
    for (const name of names) engine.images.add(`team/${name}`);
  };
  /** The agent's own look, once a minute. */
  const look = async () => {
    images.start();
    await settled();
    images.stop();
  };
  const left = () => [...engine.images].map((name) => name.replace('team/', '')).join(' ');
  return { clock, engine, log, state, images, pulled, foreign, look, left };
}

describe('above the high mark', () => {
  test('the images that were not used for longest go, until the low mark', async () => {
    const { images, pulled, look, left, log, clock } = bench(26);
    await pulled('a:1', 'b:1', 'c:1', 'd:1', 'e:1', 'f:1');
    images.records.touch('team/a:1');
    await clock.advance(minute);
    await look();
    // 86 % before, 66 % after two.
    expect(left()).toBe('a:1 d:1 e:1 f:1');
    expect(log.events.filter((event) => event.startsWith('image removed'))).toHaveLength(2);
    expect(images.journal.records.map(({ image }) => image)).not.toContain('docker.io/team/b:1');
    expect(images.conditions.get(stuck)).toBeUndefined();
  });

  test('nothing goes that a desired launch names, a container uses, or somebody else pulled', async () => {
    const { engine, images, state, pulled, foreign, look, left, log } = bench(40);
    await pulled('wanted:1', 'ours:1', 'theirs:1', 'free:1');
    foreign('foreign:1');
    state.wanted = new Set(['wanted:1']);
    engine.put('longshore-ins_1-1', {}, 'exited').image_id = 'sha256:of-team/ours:1';
    engine.put('somebody-elses', {}).image_id = 'sha256:of-team/theirs:1';
    await look();
    expect(left()).toBe('wanted:1 ours:1 theirs:1 foreign:1');
    expect(images.conditions.get(stuck)).toBeUndefined();
    // 80 % is between the marks; now it is above again, and nothing is left to go.
    state.others = 50;
    await look();
    await look();
    expect(left()).toBe('wanted:1 ours:1 theirs:1 foreign:1');
    expect(images.conditions.get(stuck)).toContain('no more images to remove');
    expect(log.events.filter((event) => event === 'no image is left to remove')).toHaveLength(1);
    state.others = 0;
    await look();
    expect(images.conditions.get(stuck)).toBeNull();
  });

  test('nothing goes while the desired set is not known to be current', async () => {
    const { engine, images, state, pulled, look } = bench(60);
    await pulled('a:1', 'b:1', 'c:1');
    state.wanted = null;
    await look();
    expect(engine.images.size).toBe(3);
    expect(images.conditions.size).toBe(0);
  });

  test('an image that lost its name to a newer one goes by its id, but not when others named it', async () => {
    const { engine, images, look, state } = bench(90);
    engine.images.add('team/a:1');
    images.records.pulled('team/a:1', 'sha256:older');
    images.records.pulled('team/b:1', 'sha256:renamed');
    state.wanted = new Set(['a:1']);
    engine.images.add('older');
    engine.imageFacts.set('older', { id: 'sha256:older', tags: [] });
    engine.images.add('their/name:1');
    engine.imageFacts.set('their/name:1', { id: 'sha256:renamed' });
    await look();
    expect([...engine.images]).toEqual(['team/a:1', 'their/name:1']);
  });

  test('what the engine keeps is left, and the next one goes', async () => {
    const { engine, pulled, look, left } = bench(70);
    await pulled('a:1', 'b:1');
    const error = new EngineRefusedError(409, 'conflict: container 1 is using its image');
    engine.faults.push({ verb: 'removeImage', late: false, error });
    await look();
    expect(left()).toBe('a:1');
  });

  test('an engine that is away is asked again', async () => {
    const { engine, clock, images, pulled, left } = bench(80);
    await pulled('a:1');
    engine.away = true;
    images.start();
    await settled();
    engine.away = false;
    await clock.advance(minute);
    await eventually(() => left() === '');
    images.stop();
  });
});

test('a launch that ended counts as use of its image until then', async () => {
  const { clock, images, state, pulled, look, left } = bench(66);
  await pulled('a:1', 'b:1');
  state.wanted = new Set(['a:1']);
  await look();
  await clock.advance(10 * minute);
  state.wanted = new Set();
  state.others = 55;
  await look();
  state.others = 66;
  await look();
  expect(left()).toBe('a:1');
  await images.records.settled();
});

test('below the high mark nothing goes', async () => {
  const { engine, pulled, look } = bench(64);
  await pulled('a:1', 'b:1');
  await look();
  expect(engine.images.size).toBe(2);
});

describe('what counts as pulled by this agent', () => {
  const call = {
    signal: new AbortController().signal,
    asked: false,
    onWaiting() {},
    onProgress() {},
    onPulled() {},
  };

  test('is what a pull of its own brought, not what was here under whatever name', async () => {
    const clock = manualClock();
    const engine = new MemoryEngine(clock);
    const images = testImages({ engine, clock, log: recordedLog() });
    const always = { image_pull_policy: 'always' } as const;
    await images.ensure({ image: 'longshore/stand-in:1', ...always }, call);
    engine.imageFacts.set('alias:1', { id: 'sha256:of-longshore/stand-in:1' });
    await images.ensure({ image: 'alias:1', ...always }, call);
    expect(images.records.all()).toEqual([]);
    await images.ensure({ image: 'new:1', ...always }, call);
    expect(images.records.all()).toMatchObject([{ image: 'docker.io/library/new:1' }]);
  });

  test('is known to the next process of the agent', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'longshore-images-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const journal = await openJournal(folder);
    const open = async () =>
      createImageRecords({
        records: await journal.readImages(),
        write: (images) => journal.writeImages(images),
        wall: () => 1000,
        onFault: (error) => {
          throw error;
        },
      });
    const records = await open();
    records.pulled('redis:7', 'sha256:1');
    records.pulled('redis:7', 'sha256:2');
    await records.settled();
    expect((await open()).all()).toEqual([
      { image: 'docker.io/library/redis:7', id: 'sha256:1', last_used_ms: 1000 },
      { image: 'docker.io/library/redis:7', id: 'sha256:2', last_used_ms: 1000 },
    ]);
  });
});
