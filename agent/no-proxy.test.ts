import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSpared } from './no-proxy.ts';

const spares = (rule: string, host: string, port = '443') => isSpared({ host, port }, rule);

test.each([
  // A mask that is none, above all one that a lax reader takes for 0 bits, spares nothing.
  ['10.0.0.0/', '10.1.2.3', false],
  ['10.0.0.0/', '8.8.8.8', false],
  ['10.0.0.0/-1', '10.1.2.3', false],
  ['10.0.0.0/8.5', '10.1.2.3', false],
  ['10.0.0.0/0x8', '10.1.2.3', false],
  ['10.0.0.0/1e1', '10.1.2.3', false],
  ['10.0.0.0/33', '10.1.2.3', false],
  ['10.0.0.0/255.0.0.0', '10.1.2.3', false],
  ['10.0.0.0/8/9', '10.1.2.3', false],
  ['10.0.0/8', '10.1.2.3', false],
  ['/0', '10.1.2.3', false],
  ['/8', 'a.test', false],
  ['fd00::/129', 'fd00::7', false],
  ['fe80::1%eth0/64', 'fe80::1', false],
  ['[fd00::]/8', 'fd00::7', false],
  // Whoever writes no bits at all means every address, but no name.
  ['0.0.0.0/0', '8.8.8.8', true],
  ['0.0.0.0/0', 'a.test', false],
  ['0.0.0.0/0', 'fd00::7', false],
  ['::/0', 'fd00::7', true],
  ['10.0.0.0/8', '10.255.255.255', true],
  ['10.0.0.0/8', '11.0.0.0', false],
  ['10.1.2.3/32', '10.1.2.4', false],
  ['10.1.2.3/8', '10.9.9.9', true],
  // One address has many spellings.
  ['FD00:0:0::0007', 'fd00::7', true],
  ['[fd00::7]', 'fd00::7', true],
  ['[fd00::7]:8443', 'fd00::7', false],
  ['10.0.0.0/8', '::ffff:a01:203', true],
  // An address is no name.
  ['2.3', '10.1.2.3', false],
  ['.2.3', '10.1.2.3', false],
  // What is below a name, and what is the name itself.
  ['a.test', 'x.a.test', true],
  ['.a.test', 'x.a.test', true],
  ['.a.test', 'a.test', true],
  ['*.a.test', 'x.a.test', true],
  ['*.a.test', 'a.test', false],
  ['a.test', 'aa.test', false],
  ['a.test.', 'a.test', true],
  ['a.test', 'a.test.', true],
  ['a.test:', 'a.test', true],
  ['a.test:80', 'a.test', false],
  ['a.*', 'a.test', false],
  // Nothing is written.
  ['', 'a.test', false],
  [',, ,', 'a.test', false],
  ['.', 'a.test.', false],
  ['*.', 'a.test.', false],
  [':443', 'a.test', false],
  ['[]', 'a.test', false],
  ['b.test\ta.test', 'a.test', true],
  ['b.test,*', '10.1.2.3', true],
])('%j and %s: %s', (rule, host, expected) => {
  expect(spares(rule, host)).toBe(expected);
});

test('whatever is written, it is read, and spares what it does not name only by a star or a network', () => {
  const part = fc.constantFrom(
    '10.0.0.0',
    'fd00::',
    '/',
    '8',
    '0',
    '-',
    '%',
    '[',
    ']',
    ':',
    '.',
    '٣',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      expect(spares(parts.join(''), 'elsewhere.test')).toBe(false);
    }),
  );
  fc.assert(fc.property(fc.string(), (rule) => typeof spares(rule, '10.1.2.3') === 'boolean'));
});
