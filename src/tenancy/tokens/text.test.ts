import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isTokenText, newTokenText, shownPrefix } from './text.ts';

test('a token is 53 letters and digits behind a prefix, and each is another', () => {
  const tokens = Array.from({ length: 500 }, newTokenText);
  for (const token of tokens) {
    expect(token).toMatch(/^lsk_[0-9A-Za-z]{49}$/);
    expect(isTokenText(token), token).toBe(true);
  }
  expect(new Set(tokens).size).toBe(tokens.length);
});

test('its checksum is the CRC-32 that every library makes', () => {
  const token = newTokenText();
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  const checksum = [...token.slice(-6)].reduce((sum, digit) => sum * 62 + digits.indexOf(digit), 0);
  expect(checksum).toBe(crc32(token.slice(0, -6)));
});

test('no token with another character, or one too few or too many, is taken for one', () => {
  const digit = fc.constantFrom(
    ...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
  );
  fc.assert(
    fc.property(fc.nat(52), digit, (at, other) => {
      const token = newTokenText();
      const mistyped = token.slice(0, at) + other + token.slice(at + 1);
      expect(isTokenText(mistyped)).toBe(mistyped === token);
      expect(isTokenText(token.slice(0, at) + token.slice(at + 1))).toBe(false);
      expect(isTokenText(token.slice(0, at) + other + token.slice(at))).toBe(false);
    }),
  );
});

test('what is shown of a token is too little to guess the rest', () => {
  expect(shownPrefix(newTokenText())).toMatch(/^lsk_[0-9A-Za-z]{4}$/);
});
