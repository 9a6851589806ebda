import { expect, test } from 'vitest';
import { isFromRegistry, isImage, mayBeImageId } from './image-pattern.ts';

test.each([
  // Read as Docker reads a reference.
  ['redis', 'docker.io/library/redis:7', true],
  ['redis', 'redis@sha256:abc', true],
  ['redis', 'redis-evil', false],
  ['redis:7', 'redis', false],
  ['vllm/vllm-openai', 'index.docker.io/vllm/vllm-openai:v0.8.1', true],
  ['vllm/vllm-openai', 'evil.example/vllm/vllm-openai:v0.8.1', false],
  ['vllm/vllm-openai:v0.*', 'vllm/vllm-openai:v0.8.1', true],
  ['vllm/vllm-openai:v0.*', 'vllm/vllm-openai:v1.0', false],
  ['vllm/vllm-openai:v0.*', 'vllm/vllm-openai@sha256:abc', false],
  // A star ends at a slash.
  ['ghcr.io/acme/*', 'ghcr.io/acme/server:1', true],
  ['ghcr.io/acme/*', 'ghcr.io/acme/team/server:1', false],
  ['ghcr.io/acme/**', 'ghcr.io/acme/team/server:1', true],
  ['ghcr.io/acme/**', 'ghcr.io/acme-evil/server:1', false],
  ['localhost:5000/*', 'localhost:5000/a:1', true],
  ['*.acme.example/*', 'one.acme.example/a', true],
  ['*.acme.example/*', 'acmeXexample/a', false],
  ['ghcr.io/a?b', 'ghcr.io/a/b', false],
  ['**', 'anything.example:5000/a/b/c@sha256:abc', true],
  // A dot is a dot.
  ['ghcr.io/acme/s.1', 'ghcr.io/acme/sx1', false],
])('%s means %s: %s', (pattern, image, expected) => {
  expect(isImage(pattern, image)).toBe(expected);
});

test.each([
  ['docker.io', 'redis', true],
  ['index.docker.io', 'a/b', true],
  // One registry, whatever address it is written with.
  ['docker.io', 'registry-1.docker.io/a/b', true],
  ['GHCR.io', 'ghcr.io/a/b', true],
  ['docker.io', 'localhost/redis', false],
  ['*.acme.example', 'r.acme.example:5000/x', false],
  ['*.acme.example:5000', 'r.acme.example:5000/x', true],
])('the registry %s has %s: %s', (pattern, image, expected) => {
  expect(isFromRegistry(pattern, image)).toBe(expected);
});

test('what the engine may take for an id of an image is known', () => {
  expect(['210ff0291ef9', 'sha256:210ff0291ef9', 'cafe'].every(mayBeImageId)).toBe(true);
  expect(['cafe:1', 'redis', 'a/cafe'].some(mayBeImageId)).toBe(false);
});
