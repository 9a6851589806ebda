import { expect, test } from 'vitest';
import { type Scope, substitute, textOf } from './placeholders.ts';
import { maxLaunchCharacters, maxTextCharacters, newRoom } from './room.ts';

const scope: Scope = {
  text: 'command',
  values: new Map([
    ['BIG', 'x'.repeat(32_768)],
    ['KEYS', '\0KEY\0'.repeat(100)],
  ]),
  secretNames: new Set(['KEY']),
};

test('a text becomes as long as a process can be given in one, and no longer', () => {
  const most = substitute('{{BIG}}'.repeat(4), scope);
  expect(most.issues).toEqual([]);
  expect(textOf(most.pieces)).toHaveLength(maxTextCharacters);
  expect(substitute(`{{BIG}}${'{{BIG}}'.repeat(3)}x`, scope)).toMatchObject({
    pieces: [],
    issues: [{ code: 'too_long' }],
  });
});

test('the texts of a launch share what there is', () => {
  const room = newRoom();
  for (let filled = 0; filled < maxLaunchCharacters; filled += maxTextCharacters) {
    expect(substitute('{{BIG}}'.repeat(4), scope, room).issues).toEqual([]);
  }
  expect(substitute('x', scope, room).issues).toMatchObject([{ code: 'too_long' }]);
});

test('secrets count for what they may come to, also within variables', () => {
  expect(substitute('{{secrets.KEY}}'.repeat(100), scope).issues).toEqual([]);
  expect(substitute('{{secrets.KEY}}'.repeat(200), scope).issues).toMatchObject([
    { code: 'too_long' },
  ]);
  expect(substitute('{{KEYS}}', scope).issues).toEqual([]);
  expect(substitute('{{KEYS}}{{KEYS}}', scope).issues).toMatchObject([{ code: 'too_long' }]);
});

test('however much is unknown, the first are told and the rest is filled all the same', () => {
  const text = `${'{{nobody}}'.repeat(3000)}{{KNOWN}}`;
  const { pieces, issues } = substitute(text, { ...scope, values: new Map([['KNOWN', 'value']]) });
  expect(issues.length).toBe(50);
  expect(textOf(pieces)).toMatch(/nobody\}\}value$/);
});
