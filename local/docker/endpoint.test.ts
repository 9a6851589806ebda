import { expect, test } from 'vitest';
import { resolveEndpoint } from './endpoint.ts';
import { SetupError } from './setup-error.ts';

test.each([
  ['nothing set', {}, ['/var/run/docker.sock'], true],
  ['an empty DOCKER_HOST', { DOCKER_HOST: '' }, ['/var/run/docker.sock'], true],
  [
    'a user session',
    { XDG_RUNTIME_DIR: '/run/user/1000', HOME: '/home/a' },
    ['/var/run/docker.sock', '/run/user/1000/docker.sock', '/home/a/.docker/run/docker.sock'],
    true,
  ],
  [
    'DOCKER_HOST wins',
    { DOCKER_HOST: 'unix:///srv/d.sock', XDG_RUNTIME_DIR: '/run/user/1000' },
    ['/srv/d.sock'],
    false,
  ],
  [
    'the system socket by name',
    { DOCKER_HOST: 'unix:///run/docker.sock' },
    ['/run/docker.sock'],
    true,
  ],
])('%s', (_name, env, candidates, mayStart) => {
  expect(resolveEndpoint(env)).toEqual({ candidates, mayStart });
});

test.each(['tcp://10.0.0.1:2375', 'ssh://host', '/var/run/docker.sock', 'unix://', 'unix://a'])(
  'DOCKER_HOST=%s is refused',
  (dockerHost) => {
    expect(() => resolveEndpoint({ DOCKER_HOST: dockerHost })).toThrow(SetupError);
    expect(() => resolveEndpoint({ DOCKER_HOST: dockerHost })).toThrow(dockerHost);
  },
);
