import { expect, test } from 'vitest';
import { isLoopback, localUrl } from './address.ts';

test.each([
  ['127.0.0.1', 'http://127.0.0.1:80', true],
  ['localhost', 'http://localhost:80', true],
  ['::1', 'http://[::1]:80', true],
  ['0.0.0.0', 'http://127.0.0.1:80', false],
  ['::', 'http://[::1]:80', false],
  ['192.168.1.5', 'http://192.168.1.5:80', false],
  ['127.0.0.1.example.com', 'http://127.0.0.1.example.com:80', false],
])('%s is reached at %s', (host, url, loopback) => {
  expect(localUrl(host, 80)).toBe(url);
  expect(isLoopback(host)).toBe(loopback);
});
