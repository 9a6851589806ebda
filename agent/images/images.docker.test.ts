import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { findDebianProgram } from '../../test/support/debian-program.ts';
import { startRegistry, type TestRegistry } from '../../test/support/registry.ts';
import { type ProxyFault, startRegistryProxy } from '../../test/support/registry-proxy.ts';
import { until } from '../../test/support/until.ts';
import type { Engine } from '../docker/engine.ts';
import type { PullProgress } from '../docker/pull-progress.ts';
import { realEngine } from '../testing/docker.ts';
import { testImages } from '../testing/images.ts';
import { manualClock, settled } from '../testing/manual-clock.ts';
import { recordedLog } from '../testing/recorded-log.ts';

const found = await realEngine();
const program = await findDebianProgram('docker-registry', 'docker-registry');

describe.skipIf(!found || !program)('a real registry', { timeout: 60_000 }, () => {
  const engine = found as Engine; // without one the suite is skipped, and only its names are read
  let registry: TestRegistry;
  const pulled = new Set<string>();
  const created = new Set<string>();
  let names = 0;
  beforeAll(async () => {
    registry = await startRegistry(program ?? '');
  });
  afterEach(async () => {
    for (const container of created) await engine.remove(container);
    created.clear();
    for (const image of pulled) await engine.removeImage(image);
    pulled.clear();
  });
  afterAll(() => registry.stop());

  /** A repository that no other test has, also not of an earlier run. */
  const newName = () => `team/image-${process.pid}-${++names}`;

  function login(change: { server?: string; password?: string } = {}) {
    const { server, username, password } = registry;
    return { server, username, password, ...change };
  }

  function host() {
    const clock = manualClock();
    const log = recordedLog();
    const images = testImages({ engine, clock, log });
    const pull = (image: string, onProgress: (progress: PullProgress) => void = () => {}) => {
      pulled.add(image);
      return images.ensure(
        { image, image_pull_policy: 'if_not_present' },
        {
          signal: new AbortController().signal,
          asked: false,
          onWaiting() {},
          onProgress,
          onPulled() {},
        },
      );
    };
    return { clock, images, pull };
  }

  async function proxied(...faults: ProxyFault[]) {
    const proxy = await startRegistryProxy(registry.server);
    onTestFinished(() => proxy.stop());
    proxy.faults.push(...faults);
    return proxy;
  }
  const isBlob = ({ path }: { path: string }) => path.includes('/blobs/');
  const isManifest = ({ path }: { path: string }) => path.includes('/manifests/');

  test('gives an image to the right login, with its digest and its size', async () => {
    const { images, pull } = host();
    const name = newName();
    const digest = await registry.push(name, '1', { layers: [2_000_000, 10_000] });
    images.logins.replace([login()]);
    const image = `${registry.server}/${name}:1`;
    let newest: PullProgress | null = null;
    await pull(image, (progress) => {
      newest = progress;
    });
    expect(newest).toMatchObject({ layers: 2, layers_done: 2 });
    const facts = await engine.inspectImage(image);
    expect(facts?.digests).toEqual([`${registry.server}/${name}@${digest}`]);
    expect(images.records.all()).toMatchObject([{ image, id: facts?.id }]);
  });

  test('refuses none and a wrong one, and says so without the password', async () => {
    const { images, pull } = host();
    const name = newName();
    await registry.push(name, '1');
    const image = `${registry.server}/${name}:1`;
    await expect(pull(image)).rejects.toMatchObject({
      reason: 'image_unauthorized',
      message: expect.stringContaining(`PUT /api/v1/registries/${registry.server} `),
    });
    images.logins.replace([login({ password: 'wrong-pass-word' })]);
    const refused = await pull(image).then(
      () => null,
      (error: Error) => error,
    );
    expect(refused).toMatchObject({ reason: 'image_unauthorized' });
    expect(refused?.message).toContain('to the user "longshore"');
    expect(refused?.message).not.toContain('wrong-pass-word');
    images.logins.replace([login()]);
    await pull(image);
  });

  test('that does not have it says so', async () => {
    const { images, pull } = host();
    const name = newName();
    await registry.push(name, '1');
    images.logins.replace([login()]);
    for (const missing of [`${name}:2`, `${newName()}:1`, `${name}@sha256:${'0'.repeat(64)}`]) {
      await expect(pull(`${registry.server}/${missing}`)).rejects.toMatchObject({
        reason: 'image_not_found',
        state: 'failed',
      });
    }
  });

  test('that has it for other machines only says so', async () => {
    const { images, pull } = host();
    const name = newName();
    const architecture = process.arch === 'arm64' ? 'amd64' : 's390x';
    await registry.push(name, '1', { architecture, asList: true });
    images.logins.replace([login()]);
    await expect(pull(`${registry.server}/${name}:1`)).rejects.toMatchObject({
      reason: 'image_wrong_architecture',
      message: expect.stringContaining('no matching manifest for linux/'),
    });
  });

  test('that stops sending is given up after the limit, and the next pull gets it', async () => {
    const { clock, images, pull } = host();
    const name = newName();
    await registry.push(name, '1', { layers: [3_000_000] });
    const proxy = await proxied({ matches: isBlob, act: 'stall', after_bytes: 1_000_000 });
    images.logins.replace([login({ server: proxy.server })]);
    const image = `${proxy.server}/${name}:1`;
    let bytes = 0;
    const ended = pull(image, ({ bytes_done }) => {
      bytes = bytes_done;
    });
    const refused = expect(ended).rejects.toMatchObject({ reason: 'image_pull_stalled' });
    await until('part of it is here', () => bytes > 0 && proxy.stalled() === 1);
    await clock.advance(5 * 60_000 - 1);
    await settled();
    expect(proxy.stalled()).toBe(1);
    await clock.advance(60_000);
    await refused;
    // The engine lets go of the layer, though not of its connection (20.10): the next pull asks for it anew.
    await pull(image);
    expect(await engine.hasImage(image)).toBe(true);
  });

  test('that does not answer at all is given up too', async () => {
    const { clock, pull } = host();
    const name = newName();
    const proxy = await proxied({ matches: () => true, act: 'stall', after_bytes: 0 });
    const ended = pull(`${proxy.server}/${name}:1`);
    const refused = expect(ended).rejects.toMatchObject({ reason: 'image_pull_stalled' });
    await until('it was asked', () => proxy.stalled() === 1);
    await clock.advance(5 * 60_000);
    await refused;
    await until('the engine has given it up', () => proxy.stalled() === 0);
  });

  test('that is cut in the middle of a layer is gone on with', async () => {
    const { images, pull } = host();
    const name = newName();
    await registry.push(name, '1', { layers: [3_000_000] });
    const cut: ProxyFault = { matches: isBlob, act: 'cut', after_bytes: 1_000_000 };
    const proxy = await proxied(cut);
    images.logins.replace([login({ server: proxy.server })]);
    await pull(`${proxy.server}/${name}:1`);
    const blobs = proxy.requests.filter((line) => line.includes('/blobs/'));
    // The layer twice, and the config.
    expect(blobs).toHaveLength(3);
  });

  test('that is cut before it said anything is told as not reached', async () => {
    const { images, pull } = host();
    const name = newName();
    await registry.push(name, '1');
    const cut: ProxyFault = { matches: isManifest, act: 'cut', after_bytes: 0 };
    // The engine asks twice: for the head, and then for the whole.
    const proxy = await proxied(cut, { ...cut }, { ...cut }, { ...cut });
    images.logins.replace([login({ server: proxy.server })]);
    const image = `${proxy.server}/${name}:1`;
    await expect(pull(image)).rejects.toMatchObject({
      reason: 'registry_unreachable',
      state: 'restarting',
    });
    proxy.faults.length = 0;
    await pull(image);
  });

  test('two who want one image pull it once', async () => {
    const { images, pull } = host();
    const name = newName();
    await registry.push(name, '1', { layers: [1_000_000] });
    const proxy = await proxied();
    images.logins.replace([login({ server: proxy.server })]);
    await Promise.all([1, 2, 3].map(() => pull(`${proxy.server}/${name}:1`)));
    const blobs = proxy.requests.filter((line) => line.includes('/blobs/'));
    expect(new Set(blobs).size).toBe(blobs.length);
  });

  test('what was pulled goes again, and what a container uses stays', async () => {
    const { clock, images: first, pull } = host();
    const [kept, gone] = [newName(), newName()];
    for (const name of [kept, gone]) await registry.push(name, '1');
    const image = (name: string) => `${registry.server}/${name}:1`;
    first.logins.replace([login()]);
    await pull(image(kept));
    await clock.advance(1);
    await pull(image(gone));
    created.add(await engine.create(`longshore-test-${process.pid}`, containerOf(image(kept))));
    const readDisk = async () => {
      const left = (await engine.hasImage(image(gone))) ? 90 : 70;
      return { path: '/var/lib/docker', total_bytes: 100, free_bytes: 100 - left };
    };
    const second = testImages({
      engine,
      clock,
      log: recordedLog(),
      records: first.records,
      readDisk,
      wanted: () => new Set(),
    });
    second.start();
    await until('one is forgotten', () => first.records.all().length === 1);
    second.stop();
    expect(first.records.all()).toMatchObject([{ image: image(kept) }]);
    expect(await engine.hasImage(image(gone))).toBe(false);
    expect(await engine.hasImage(image(kept))).toBe(true);
  });
});

function containerOf(image: string): Parameters<Engine['create']>[1] {
  return {
    Image: image,
    Env: [],
    Labels: {},
    StopTimeout: 1,
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      NetworkMode: 'host',
      Privileged: false,
      SecurityOpt: ['no-new-privileges'],
      Init: true,
      RestartPolicy: { Name: 'no' },
      LogConfig: { Type: 'json-file', Config: {} },
      ShmSize: 1_000_000,
      PidsLimit: 100,
      Mounts: [],
    },
  };
}
