import { describe, expect, inject, test } from 'vitest';
import type { NewSignInLink } from '../../contract/people.ts';
import { expectAccessible, useBrowser } from '../support/browser.ts';
import { clientOf, newOrg } from '../support/client.ts';
import { invite, newEmail, password } from '../support/person.ts';

describe.skipIf(inject('chromium') === null)('getting in', () => {
  const browser = useBrowser();

  test('an invitation makes an account, which signs out and in again by its password', async () => {
    const client = await newOrg();
    const email = newEmail();
    const { url } = await invite(client, email, 'operator');
    const { page, faults } = await browser.open({ client, token: null });
    await page.goto(url);
    await page.getByRole('heading', { name: 'You are invited' }).waitFor();
    expect(page.url()).not.toContain('code=');
    await expectAccessible(page);
    await page.getByLabel('Your name').fill('Ada');
    await page.getByLabel('A new password').fill(password);
    await page.getByRole('button', { name: 'Accept and sign in' }).click();
    await page.getByRole('button', { name: /^test-/ }).click();
    await page.getByText(`${email} · operator`).waitFor();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();

    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await expectAccessible(page);
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel(/^Password/).fill('not the password at all');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('alert').getByText('Request').waitFor();
    await page.getByLabel(/^Password/).fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('navigation', { name: 'Main' }).waitFor();
    expect(faults).toEqual([]);
  });

  test('a sign-in link signs in once, when the person says so', async () => {
    const client = clientOf('org_default');
    const { body } = await client.call<NewSignInLink>('POST', '/api/v1/sign-in-links', {
      email: newEmail(),
      role: 'viewer',
    });
    const { page, faults } = await browser.open({ client, token: null });
    await page.goto(body.url);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('navigation', { name: 'Main' }).waitFor();
    const again = await browser.open({ client, token: null });
    await again.page.goto(body.url);
    await again.page.getByRole('button', { name: 'Sign in' }).click();
    await again.page.getByRole('alert').waitFor();
    expect([...faults, ...again.faults]).toEqual([]);
  });

  test('a token that is none says so, and one that is lets this tab in', async () => {
    const client = clientOf('org_default');
    const { page, faults } = await browser.open({ client, token: null });
    await page.goto('/backends');
    await page.getByRole('button', { name: 'Use an API token' }).click();
    await page.getByLabel('API token').fill('lsk_none');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('The token is mistyped or cut').waitFor();
    await page.getByLabel('API token').fill(inject('stack').adminToken);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('navigation', { name: 'Main' }).waitFor();
    expect(faults).toEqual([]);
  });
});
