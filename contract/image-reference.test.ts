import { expect, test } from 'vitest';
import { canonicalImage, splitImageReference } from './image-reference.ts';

test.each([
  ['nginx', 'nginx', 'latest'],
  ['vllm/vllm-openai:v0.11.0', 'vllm/vllm-openai', 'v0.11.0'],
  ['localhost:5000/a/b', 'localhost:5000/a/b', 'latest'],
  ['localhost:5000/a/b:1', 'localhost:5000/a/b', '1'],
  ['a/b@sha256:abc', 'a/b', 'sha256:abc'],
])('%s is pulled with its tag', (image, repository, tag) => {
  expect(splitImageReference(image)).toEqual({ repository, tag });
});

test.each([
  ['redis', 'docker.io/library/redis:latest'],
  ['library/redis:7', 'docker.io/library/redis:7'],
  ['index.docker.io/library/redis:7', 'docker.io/library/redis:7'],
  ['vllm/vllm-openai:v1', 'docker.io/vllm/vllm-openai:v1'],
  ['docker.io/vllm/vllm-openai:v1', 'docker.io/vllm/vllm-openai:v1'],
  ['ghcr.io/a/b', 'ghcr.io/a/b:latest'],
  ['localhost/a', 'localhost/a:latest'],
  ['registry:5000/a:2', 'registry:5000/a:2'],
  // Docker takes a capital letter for a host's: no path at a registry has one.
  ['LOCALHOST/evil:1', 'LOCALHOST/evil:1'],
  ['a/b@sha256:abc', 'docker.io/a/b@sha256:abc'],
  ['a/b:1@sha256:abc', 'docker.io/a/b@sha256:abc'],
])('%s is %s', (image, canonical) => {
  expect(canonicalImage(image)).toBe(canonical);
  expect(canonicalImage(canonical)).toBe(canonical);
});
