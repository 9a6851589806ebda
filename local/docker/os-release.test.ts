import { expect, test } from 'vitest';
import { isDebianLike, parseOsRelease } from './os-release.ts';

test('values are read bare and quoted', () => {
  const text = `# comment\nID=debian\nNAME="Debian \\"GNU\\"/Linux"\nEMPTY=\nSINGLE='a \\ b'\nnot a line\n`;
  expect(Object.fromEntries(parseOsRelease(text))).toEqual({
    ID: 'debian',
    NAME: 'Debian "GNU"/Linux',
    EMPTY: '',
    SINGLE: 'a \\ b',
  });
});

test.each([
  ['Debian', 'ID=debian\n', true],
  ['Ubuntu', 'ID=ubuntu\nID_LIKE=debian\n', true],
  ['Linux Mint', 'ID=linuxmint\nID_LIKE="ubuntu debian"\n', true],
  ['Fedora', 'ID=fedora\n', false],
  ['Rocky Linux', 'ID="rocky"\nID_LIKE="rhel centos fedora"\n', false],
  ['a name that only contains it', 'ID=notdebian\nID_LIKE="debianish"\n', false],
  ['nothing', '', false],
])('%s: Debian-like or not', (_name, text, expected) => {
  expect(isDebianLike(text)).toBe(expected);
});
