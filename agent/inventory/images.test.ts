import { expect, test } from 'vitest';
import { imageNames } from './images.ts';

test('images are told by tag and digest, the newest first, in one order however the engine lists them', () => {
  const images = [
    { Created: 5, RepoTags: ['redis:7', 'vllm/vllm-openai:v1'], RepoDigests: null },
    { Created: 9, RepoTags: ['<none>:<none>'], RepoDigests: ['ghcr.io/a/b@sha256:cd'] },
    { Created: 1, RepoTags: null, RepoDigests: ['<none>@<none>'] },
    { Created: 4, RepoTags: ['redis:7'] },
  ];
  const names = [
    'ghcr.io/a/b@sha256:cd',
    'docker.io/library/redis:7',
    'docker.io/vllm/vllm-openai:v1',
  ];
  expect(imageNames(images)).toEqual(names);
  expect(imageNames([...images].reverse())).toEqual(names);
});

test('an engine with very many images tells of its newest', () => {
  const images = Array.from({ length: 300 }, (_, index) => ({
    Created: index,
    RepoTags: [`image:${index}`],
  }));
  const names = imageNames(images);
  expect(names).toHaveLength(256);
  expect(names[0]).toBe('docker.io/library/image:299');
});
