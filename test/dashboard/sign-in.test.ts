import type { Page } from 'playwright-core';
import { describe, expect, inject, test } from 'vitest';
import type { Invitation, NewSignInLink } from '../../contract/people.ts';
import { expectAccessible, useBrowser } from '../support/browser.ts';
import { type Client, clientAt, clientOf, newOrg } from '../support/client.ts';
import { startControlPlanes } from '../support/control-planes.ts';
import { newGate } from '../support/gate.ts';
import { startOidcProvider } from '../support/oidc-provider.ts';
import { codeOf, invite, newEmail, newPerson, password } from '../support/person.ts';

/** Somebody who administers two organisations, and has been in the first for longer. */
async function personOfTwo() {
  const [first, second] = [await newOrg(), await newOrg()];
  const person = await newPerson(first, 'admin');
  const { url } = await invite(second, person.email, 'admin');
  const accepted = { code: codeOf(url) };
  await person.browser.call('POST', '/api/auth/invitations/accept', accepted);
  return { first, second, person };
}

describe.skipIf(inject('chromium') === null)('getting in', () => {
  const browser = useBrowser();

  test('an invitation makes an account, which signs out and in again by its password', async () => {
    const client = await newOrg();
    const email = newEmail();
    const { url } = await invite(client, email, 'operator');
    const { page, faults } = await browser.open({ client, token: null });
    await page.goto(url);
    await page.getByRole('heading', { name: 'You have been invited' }).waitFor();
    expect(page.url()).not.toContain('code=');
    await expectAccessible(page);
    await page.getByLabel('Your name').fill('Ada');
    await page.getByLabel('New password').fill(password);
    await page.getByRole('button', { name: 'Accept and sign in' }).click();
    await page.getByRole('button', { name: /^test-/ }).click();
    await page.getByText(`${email} · operator`).waitFor();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();

    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.getByText('Your session has ended').count()).toBe(0);
    await expectAccessible(page);
    await page.getByLabel('Email').fill(email);
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
    await again.page.getByText('This link no longer works').waitFor();
    expect(await again.page.getByRole('button', { name: 'Sign in' }).count()).toBe(0);
    await expectAccessible(again.page);
    await again.page.getByRole('link', { name: 'Other ways to sign in' }).click();
    await again.page.getByLabel('Email').waitFor();
    expect([...faults, ...again.faults]).toEqual([]);
  });

  test('a stranger is not shown the frame of what lies behind, and who was here is', async () => {
    const client = await newOrg();
    const { browser: own } = await newPerson(client, 'viewer');
    const stranger = await browser.open({ client, token: null });
    const known = await browser.open({ client, token: null, cookie: own.cookie });
    const frame = (page: Page) => page.getByRole('navigation', { name: 'Main' });
    await known.page.goto('/backends');
    await frame(known.page).waitFor();
    for (const { page } of [stranger, known]) {
      const answer = newGate();
      await page.route('**/api/v1/me', async (route) => {
        await answer.passed;
        await route.continue();
      });
      await page.goto('/backends');
      if (page === known.page) await frame(page).waitFor();
      else await page.getByRole('status', { name: 'Loading' }).waitFor();
      expect(await frame(page).count()).toBe(page === known.page ? 1 : 0);
      answer.open();
    }
    await stranger.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await known.page.getByRole('heading', { name: 'Inference backends' }).waitFor();
    expect(stranger.faults).toEqual([]);
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

  test('who is invited comes in at the identity provider from the page of the invitation, and not without it', async () => {
    const provider = await startOidcProvider();
    const planes = await startControlPlanes(1, {
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: provider.clientId,
      OIDC_CLIENT_SECRET: provider.clientSecret,
      OIDC_NAME: 'Example',
    });
    try {
      const { orgId } = await newOrg();
      const client = clientAt(planes.urls[1] ?? '', inject('stack').adminToken, orgId);
      const email = newEmail();
      provider.user = { sub: email, email, email_verified: true, name: 'Ada' };
      const { url } = await invite(client, email, 'operator');
      const { page, faults } = await browser.open({ client, token: null });
      await page.goto('/');
      await page.getByRole('button', { name: 'Continue with Example' }).click();
      await page.getByText('Open the invitation link').waitFor();
      await expectAccessible(page);

      await page.goto(url);
      await page.getByRole('heading', { name: 'You have been invited' }).waitFor();
      await page.getByRole('button', { name: 'Continue with Example' }).click();
      await page.getByRole('button', { name: /^test-/ }).click();
      await page.getByText(`${email} · operator`).waitFor();
      const isElsewhere = (fault: string) => fault.includes(provider.issuer);
      expect(faults.filter((fault) => !isElsewhere(fault))).toEqual([]);
    } finally {
      await planes.stop();
      await provider.stop();
    }
  });

  test('what is changed in a tab is of the organisation that it shows, whatever is chosen in another', async () => {
    const { first, second, person } = await personOfTwo();
    const { cookie } = person.browser;
    const { page, faults } = await browser.open({ client: first, token: null, cookie });
    await page.goto('/settings/members');
    await page.getByText(person.email).waitFor();

    const other = await page.context().newPage();
    await other.goto('/');
    await other.getByRole('button', { name: /^test-/ }).click();
    const { name } = await nameOf(second);
    await other.getByRole('menuitem', { name }).click();
    await other.getByRole('button', { name }).waitFor();

    const email = newEmail();
    await page.getByRole('button', { name: 'Invite someone' }).click();
    await page.getByLabel('Email').fill(email);
    await page.getByRole('button', { name: 'Create the link' }).click();
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByRole('table', { name: 'Open invitations' }).getByText(email).waitFor();
    const invited = async (client: Client) =>
      (await client.call<{ items: Invitation[] }>('GET', '/api/v1/invitations')).body.items.length;
    expect([await invited(first), await invited(second)]).toEqual([1, 0]);
    expect(faults).toEqual([]);
  });

  test('an answer about the organisation before does not undo the choice of another', async () => {
    const { first, second, person } = await personOfTwo();
    const { cookie } = person.browser;
    const { page, faults } = await browser.open({ client: first, token: null, cookie });
    await page.goto('/settings/account');
    await page.getByRole('button', { name: /^test-/ }).click();
    const { name } = await nameOf(second);
    await page.getByRole('menuitem', { name }).waitFor();

    // It is asked who is here, and another one is chosen before that is answered.
    const answer = newGate();
    await page.route('**/api/v1/me', async (route) => {
      await answer.passed;
      await route.continue();
    });
    const asked = page.waitForRequest('**/api/v1/me');
    const tab = await page.context().newPage();
    await tab.goto('/healthz');
    await tab.evaluate(() => new BroadcastChannel('longshore:session').postMessage('ask again'));
    await asked;
    // As the menu does before it leads away, which would end the question on most machines, and not on slow ones.
    await page.evaluate((id) => sessionStorage.setItem('longshore:org', id), second.orgId);
    const answered = page.waitForResponse('**/api/v1/me');
    answer.open();
    await (await answered).finished();
    await page.goto('/');
    await page.getByRole('button', { name }).waitFor();
    expect(faults).toEqual([]);
  });

  test('a session that ended leads to the way in, in every tab, and back to what was being written', async () => {
    const client = await newOrg();
    const person = await newPerson(client, 'operator');
    const { cookie } = person.browser;
    const { page, faults } = await browser.open({ client, token: null, cookie });
    await page.goto('/settings/members');
    await page.getByRole('navigation', { name: 'Main' }).waitFor();
    const form = await page.context().newPage();
    await form.goto('/add-backend');
    await form.getByLabel('Name', { exact: false }).first().fill('half-written');
    await page.context().clearCookies();
    await page.getByRole('link', { name: 'Backends' }).click();
    for (const tab of [page, form]) await tab.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await form.getByText('Nobody is signed in').count()).toBe(0);
    await form.getByText('Your session has ended').waitFor();
    await expectAccessible(form);

    await form.getByLabel('Email').fill(person.email);
    await form.getByLabel(/^Password/).fill(password);
    await form.getByRole('button', { name: 'Sign in', exact: true }).click();
    await form.getByRole('navigation', { name: 'Main' }).waitFor();
    expect(await form.getByLabel('Name', { exact: false }).first().inputValue()).toBe(
      'half-written',
    );
    await page.getByRole('heading', { name: 'Backends' }).waitFor();
    expect(faults).toEqual([]);
  });

  test('signing out ends it in every tab, and nothing that a browser kept comes back', async () => {
    const client = await newOrg();
    const { browser: api } = await newPerson(client, 'viewer');
    const { page, faults } = await browser.open({ client, token: null, cookie: api.cookie });
    await page.goto('/hosts');
    await page.getByRole('navigation', { name: 'Main' }).waitFor();
    const other = await page.context().newPage();
    await other.goto('/sign-in');
    await other.waitForURL((url) => url.pathname !== '/sign-in');
    const loaded = other.waitForEvent('load');
    await other.evaluate(() =>
      window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })),
    );
    await loaded;
    await other.getByRole('navigation', { name: 'Main' }).waitFor();

    await page.getByRole('button', { name: /^test-/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    for (const tab of [page, other]) await tab.getByRole('heading', { name: 'Sign in' }).waitFor();
    await other.goto('/sign-in');
    await other.getByText('Did a link bring you here').waitFor();
    await expectAccessible(other);
    expect(faults).toEqual([]);
  });

  test('who is in no organisation any more accepts an invitation without signing in again', async () => {
    const [client, other] = [await newOrg(), await newOrg()];
    const { browser: api, email, userId } = await newPerson(client, 'viewer');
    await client.call('DELETE', `/api/v1/members/${userId}`);
    const { url } = await invite(other, email, 'viewer');
    const { page, faults } = await browser.open({ client, token: null, cookie: api.cookie });
    await page.goto(url);
    await page.getByRole('button', { name: 'Accept', exact: true }).click();
    await page.getByRole('button', { name: (await nameOf(other)).name }).waitFor();
    expect(faults).toEqual([]);
  });
});

async function nameOf(client: Client): Promise<{ name: string }> {
  return (await client.call<{ name: string }>('GET', `/api/v1/orgs/${client.orgId}`)).body;
}
