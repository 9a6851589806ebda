import { expect, test } from 'vitest';
import { SetupError } from './docker/setup-error.ts';
import { readCommandLine } from './options.ts';

const defaults = { port: 8787, host: '127.0.0.1', home: '.longshore', agent: true, demo: false };

test.each([
  [[], {}, {}],
  [[], { PORT: '', HOST: ' ', LONGSHORE_HOME: '' }, {}],
  [
    [],
    { PORT: '9000', HOST: '0.0.0.0', LONGSHORE_HOME: '/srv/l' },
    { port: 9000, host: '0.0.0.0', home: '/srv/l' },
  ],
  [[], { PORT: '0' }, { port: 0 }],
  [['--no-agent'], {}, { agent: false }],
  [['--demo'], {}, { demo: true }],
])('%j with %j', (args, env, expected) => {
  expect(readCommandLine(args, env)).toEqual({
    kind: 'run',
    options: { ...defaults, ...expected },
  });
});

test('--help asks for nothing else', () => {
  expect(readCommandLine(['--help'], { PORT: 'x' })).toEqual({ kind: 'help' });
});

test.each([
  [['--nothing'], {}, '--nothing'],
  [['word'], {}, 'word'],
  [['--demo', '--no-agent'], {}, '--demo'],
  [[], { PORT: 'http' }, 'http'],
  [[], { PORT: '65536' }, '65536'],
  [[], { PORT: '-1' }, '-1'],
  [[], { PORT: '1e3' }, '1e3'],
])('%j with %j is refused', (args, env, named) => {
  expect(() => readCommandLine(args, env)).toThrow(SetupError);
  expect(() => readCommandLine(args, env)).toThrow(named);
});
