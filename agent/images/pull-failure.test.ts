import { describe, expect, test } from 'vitest';
import { EngineRefusedError } from '../docker/errors.ts';
import { pullFailure } from './pull-failure.ts';

const image = 'registry.example:5000/team/engine:1';
const login = { username: 'ci' };

/** What Docker 20.10 and 28 said, word for word but for the names. */
const said: [status: number, message: string, reason: string][] = [
  [
    500,
    'Head "http://registry.example:5000/v2/team/engine/manifests/1": no basic auth credentials',
    'image_unauthorized',
  ],
  [500, 'unauthorized: authentication required', 'image_unauthorized'],
  [500, 'Head "https://ghcr.io/v2/team/engine/manifests/1": denied: denied', 'image_unauthorized'],
  [
    500,
    'Head "https://nvcr.io/v2/team/engine/manifests/1": unauthorized: <html>401 Authorization Required</html>',
    'image_unauthorized',
  ],
  [
    404,
    "pull access denied for team/engine, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
    'image_not_found',
  ],
  [
    404,
    'manifest for registry.example:5000/team/engine:1 not found: manifest unknown: manifest unknown',
    'image_not_found',
  ],
  [500, 'manifest unknown', 'image_not_found'],
  [
    500,
    'no matching manifest for linux/amd64 in the manifest list entries',
    'image_wrong_architecture',
  ],
  [
    500,
    'no matching manifest for linux/arm64/v8 in the manifest list entries: no match for platform in manifest: not found',
    'image_wrong_architecture',
  ],
  [
    500,
    'failed to register layer: Error processing tar file(exit status 1): write /usr/lib/denied: no space left on device',
    'image_no_space',
  ],
  [500, 'write /var/lib/docker/tmp/GetImageBlob731: no space left on device', 'image_no_space'],
  [
    500,
    'Get "http://127.0.0.1:9/v2/": dial tcp 127.0.0.1:9: connect: connection refused',
    'registry_unreachable',
  ],
  [
    500,
    'Get "https://no-such-host.invalid/v2/": dial tcp: lookup no-such-host.invalid on 10.0.0.1:53: no such host',
    'registry_unreachable',
  ],
  [
    500,
    'Get "https://registry.example:5000/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
    'registry_unreachable',
  ],
  [500, 'Get "https://registry.example:5000/v2/": EOF', 'registry_unreachable'],
  [
    500,
    'Get "https://registry.example:5000/v2/": http: server gave HTTP response to HTTPS client',
    'registry_unreachable',
  ],
  [
    500,
    'toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating',
    'image_pull_failed',
  ],
  [
    500,
    'Get "https://registry.example:5000/v2/": x509: certificate signed by unknown authority',
    'image_pull_failed',
  ],
  [500, 'filesystem layer verification failed for digest sha256:0', 'image_pull_failed'],
];

describe('what Docker says of a failed pull', () => {
  test.each(said)('%i %s', (status, message, reason) => {
    const error = pullFailure(image, new EngineRefusedError(status, message), null);
    expect(error.reason).toBe(reason);
    expect(error.message).toContain(message);
    expect(error.message).toContain(image);
  });

  test('a refused login names the registry, who asked and how to set it', () => {
    const refused = new EngineRefusedError(500, 'unauthorized: authentication required');
    expect(pullFailure(image, refused, null).message).toMatch(
      /^registry\.example:5000 gives .* only to those who log in\. .*PUT \/api\/v1\/registries\/registry\.example:5000 /,
    );
    expect(pullFailure(image, refused, login).message).toContain('to the user "ci"');
    expect(pullFailure('redis', refused, null).message).toContain('/api/v1/registries/docker.io ');
  });

  test('what passes by itself is told apart from what needs somebody', () => {
    const state = (message: string) =>
      pullFailure(image, new EngineRefusedError(500, message), null).state;
    expect(state('dial tcp: i/o timeout')).toBe('restarting');
    expect(state('unauthorized: authentication required')).toBe('failed');
    expect(state('no space left on device')).toBe('failed');
  });
});
