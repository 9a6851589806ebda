import { expect, test } from 'vitest';
import { secretMark } from '../contract/secret-mark.ts';
import { desiredOf, readLaunch, secretsOf } from './desired.ts';
import { testSpec } from './testing/launch-spec.ts';

test('a key that this agent does not know yet is part of the hash, so that an update of the agent changes nothing', () => {
  const known = readLaunch(testSpec());
  const newer = readLaunch({ ...testSpec(), from_the_future: 1 });
  expect(newer.hash).not.toBe(known.hash);
  expect(newer.received).toHaveProperty('from_the_future', 1);
  expect(newer.spec).toEqual(known.spec);
});

test('the names of secrets are found wherever they stand, each once', () => {
  const launch = readLaunch(
    testSpec({
      args: ['--key', secretMark('a'), `${secretMark('b')}${secretMark('a')}`],
      env: { TOKEN: secretMark('c') },
    }),
  );
  expect(secretsOf(launch).sort()).toEqual(['a', 'b', 'c']);
  expect(secretsOf(readLaunch(testSpec()))).toEqual([]);
  const model = { source: 'huggingface', repo_id: 'a/b', path: '/models/b' } as const;
  const gated = readLaunch(testSpec({ model: { ...model, token_secret: 'hub' } }));
  expect(secretsOf(gated)).toEqual(['hub']);
});

test('a reply gives its set with the launches as they came', () => {
  const launches = [{ ...testSpec(), extra: true }];
  const reply = {
    protocol: 1 as const,
    era: 'e',
    desired: { revision: 4, launches: [testSpec()], secrets: {}, registries: [] },
    send_all: false,
    next_sync_ms: 1,
  };
  const held = desiredOf(reply, { ...reply, desired: { ...reply.desired, launches } });
  expect(held).toMatchObject({ era: 'e', revision: 4 });
  expect(held?.launches[0]?.received).toEqual(launches[0]);
  expect(desiredOf({ ...reply, desired: null }, {})).toBeNull();
});
