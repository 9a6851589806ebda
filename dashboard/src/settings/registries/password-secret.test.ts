import { expect, test } from 'vitest';
import { SecretName } from '../../../../contract/common.ts';
import { RegistryInput } from '../../../../contract/registry.ts';
import { passwordSecretOf, placeholderOf, suggestedSecret } from './password-secret.ts';

test('what a login names is the secret that was chosen', () => {
  for (const name of ['GHCR', 'ghcr.io-password', 'a_b-c.d']) {
    const login = { username: 'ci', password: placeholderOf(name) };
    expect(RegistryInput.parse(login)).toEqual(login);
    expect(passwordSecretOf(login)).toBe(name);
  }
});

test('the name suggested for a new secret is one that is taken', () => {
  for (const server of ['ghcr.io', 'localhost:5000', '[::1]:5000', ' Registry.Example ']) {
    expect(SecretName.safeParse(suggestedSecret(server)).success).toBe(true);
  }
  expect(suggestedSecret('')).toBe('');
});
