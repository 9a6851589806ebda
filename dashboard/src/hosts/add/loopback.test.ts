import { expect, test } from 'vitest';
import { isLoopback } from './loopback.ts';

test.each(['localhost', 'a.localhost', '127.0.0.1', '127.1.2.3', '[::1]', '0.0.0.0'])(
  '%s leads each machine to itself',
  (hostname) => expect(isLoopback(hostname)).toBe(true),
);

test.each(['longshore.example', '127.0.0.1.example', 'localhost.example', '10.0.0.1', '[::2]'])(
  '%s can be reached from elsewhere',
  (hostname) => expect(isLoopback(hostname)).toBe(false),
);
