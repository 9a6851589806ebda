import { afterAll, describe, expect, test } from 'vitest';
import { findDebianProgram } from '../../test/support/debian-program.ts';
import { startRegistry } from '../../test/support/registry.ts';
import { systemClock } from '../clock.ts';
import { testImages } from '../testing/images.ts';
import { ownDockerd } from '../testing/own-dockerd.ts';
import { recordedLog } from '../testing/recorded-log.ts';

const program = await findDebianProgram('docker-registry', 'docker-registry');
const dockerd = program ? await ownDockerd({ disk_bytes: 24_000_000 }) : null;

describe.skipIf(!dockerd || !program)('a disk without room', { timeout: 60_000 }, () => {
  afterAll(() => dockerd?.dispose());

  test('that nobody saw before ends the pull with what to do, and what fits is pulled after it', async () => {
    if (!dockerd || !program) throw new Error('skipped without them');
    const registry = await startRegistry(program);
    try {
      await registry.push('team/large', '1', { layers: [40_000_000] });
      await registry.push('team/small', '1', { layers: [10_000] });
      // Its disk says nothing, so that only the engine knows.
      const images = testImages({
        engine: dockerd.engine,
        clock: systemClock,
        log: recordedLog(),
      });
      const { server, username, password } = registry;
      images.logins.replace([{ server, username, password }]);
      const pull = (name: string) =>
        images.ensure(
          { image: `${server}/team/${name}:1`, image_pull_policy: 'if_not_present' },
          {
            signal: new AbortController().signal,
            asked: false,
            onWaiting() {},
            onProgress() {},
            onPulled() {},
          },
        );
      await expect(pull('large')).rejects.toMatchObject({
        state: 'failed',
        reason: 'image_no_space',
        message: expect.stringContaining('no space left on device'),
      });
      await pull('small');
      expect(await dockerd.engine.hasImage(`${server}/team/small:1`)).toBe(true);
      expect(await dockerd.engine.hasImage(`${server}/team/large:1`)).toBe(false);
    } finally {
      await registry.stop();
    }
  });
});
