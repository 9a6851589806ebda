import { expect, test } from 'vitest';
import { manualClock } from '../testing/manual-clock.ts';
import { MemoryEngine } from '../testing/memory-engine.ts';
import { imageOfContainer } from './container-image.ts';

async function lookUp(image: string, digests: string[], isGone = false) {
  const engine = new MemoryEngine(manualClock());
  engine.images.add(image);
  engine.imageFacts.set(image, { id: 'sha256:1', digests });
  const { id } = engine.put('box', {});
  const detail = await engine.inspect(id);
  if (!detail) throw new Error('no container');
  if (isGone) engine.images.delete(image);
  const asked = { ...detail, Image: 'sha256:1', Config: { ...detail.Config, Image: image } };
  return imageOfContainer(engine, asked);
}

test.each([
  ['redis:7', ['redis@sha256:a'], 'redis@sha256:a'],
  [
    'docker.io/library/redis:7',
    ['mirror.example/redis@sha256:b', 'redis@sha256:a'],
    'redis@sha256:a',
  ],
  ['redis@sha256:a', ['redis@sha256:a'], 'redis@sha256:a'],
  ['localhost:5000/a:1', ['localhost:5000/a@sha256:c'], 'localhost:5000/a@sha256:c'],
  ['renamed:1', ['redis@sha256:a'], 'redis@sha256:a'],
  ['made-here:1', [], 'sha256:1'],
])('%s of %j ran as %s', async (image, digests, digest) => {
  expect(await lookUp(image, digests)).toEqual({ digest, mismatch: null });
});

test('an image that is gone from the list is told by its id', async () => {
  expect(await lookUp('redis:7', ['redis@sha256:a'], true)).toEqual({
    digest: 'sha256:1',
    mismatch: null,
  });
});
