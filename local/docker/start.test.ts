import { expect, test } from 'vitest';
import { engineEnvironment } from './start.ts';

test('the engine gets proxies and a PATH with the administration folders, and no secret of ours', () => {
  const env = {
    PATH: '/opt/bin:/usr/bin',
    HOME: '/root',
    HTTPS_PROXY: 'http://proxy:3128',
    no_proxy: 'localhost',
    TURSO_AUTH_TOKEN: 'secret',
    NODE_OPTIONS: '--inspect',
    LANG: undefined,
  };
  expect(engineEnvironment(env)).toEqual({
    PATH: '/opt/bin:/usr/bin:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin',
    HOME: '/root',
    HTTPS_PROXY: 'http://proxy:3128',
    no_proxy: 'localhost',
  });
});
