import { describe, expect, inject, test } from 'vitest';
import type { NewApiToken } from '../../contract/access.ts';
import type { Member } from '../../contract/people.ts';
import { expectAccessible, useBrowser } from '../support/browser.ts';
import { newOrg } from '../support/client.ts';
import { newBrowser, newEmail, newPerson, password } from '../support/person.ts';

describe.skipIf(inject('chromium') === null)('the people', () => {
  const browser = useBrowser();

  test('somebody is invited, accepts in another browser, gets another role and is removed', async () => {
    const client = await newOrg();
    const admin = await newPerson(client, 'admin');
    const email = newEmail();
    const { cookie } = admin.browser;
    const { page, faults } = await browser.open({ client, token: null, cookie });
    await page.goto('/settings/members');
    await page.getByRole('button', { name: 'Invite someone' }).click();
    const form = page.getByRole('dialog', { name: 'Invite someone' });
    await form.getByLabel('Email').fill(email);
    await form.getByRole('radio', { name: 'Viewer' }).check();
    await form.getByRole('button', { name: 'Create the link' }).click();
    const shown = page.getByRole('dialog', { name: `Invitation for ${email}` });
    const link = await shown.getByText('/invitation#code=').innerText();
    await shown.getByRole('button', { name: 'I have copied it' }).click();
    const invitations = page.getByRole('table', { name: 'Open invitations' });
    const invited = invitations.getByRole('row', { name: email });
    await invited.getByRole('cell', { name: 'Viewer', exact: true }).waitFor();
    expect(await page.content()).not.toContain(link);

    const guest = await browser.open({ client, token: null });
    await guest.page.goto(link);
    await guest.page.getByLabel('Your name').fill('Grace');
    await guest.page.getByLabel('New password').fill(password);
    await guest.page.getByRole('button', { name: 'Accept and sign in' }).click();
    await guest.page.getByRole('navigation', { name: 'Main' }).waitFor();

    await page.reload();
    await page.getByText('No open invitations.').waitFor();
    const row = page.getByRole('table', { name: 'Members' }).getByRole('row', { name: email });
    await row.getByRole('button', { name: `Actions for ${email}` }).click();
    await page.getByRole('menuitem', { name: 'Change the role' }).click();
    const roles = page.getByRole('dialog', { name: `Role of ${email}` });
    await roles.getByRole('radio', { name: 'Operator' }).check();
    await roles.getByRole('button', { name: 'Save' }).click();
    await row.getByText('Operator').waitFor();
    const { items } = (await client.call<{ items: Member[] }>('GET', '/api/v1/members')).body;
    expect(items.find((member) => member.email === email)?.role).toBe('operator');

    await row.getByRole('button', { name: `Actions for ${email}` }).click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    await page.getByLabel(`Type ${email} to remove it`).fill(email);
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await row.waitFor({ state: 'hidden' });
    await guest.page.goto('/');
    await guest.page.getByRole('heading', { name: 'You are not in any organisation' }).waitFor();
    await guest.page.getByRole('button', { name: 'Sign out' }).click();
    await guest.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect([...faults, ...guest.faults]).toEqual([]);
  });

  test('an invitation that is revoked is good for nothing, and the last administrator cannot leave', async () => {
    const client = await newOrg();
    const admin = await newPerson(client, 'admin');
    const { cookie } = admin.browser;
    const { page, faults } = await browser.open({ client, token: null, cookie });
    await page.goto('/settings/members');
    await page.getByRole('button', { name: 'Invite someone' }).click();
    await page.getByLabel('Email').fill('not an address');
    await page.getByRole('button', { name: 'Create the link' }).click();
    await page
      .getByRole('dialog')
      .getByText(/invalid email/i)
      .waitFor();
    await page.getByLabel('Email').fill(newEmail());
    await page.getByRole('button', { name: 'Create the link' }).click();
    const link = await page.getByText('/invitation#code=').innerText();
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByRole('button', { name: /^Revoke the invitation/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('No open invitations.').waitFor();
    const guest = await browser.open({ client, token: null });
    await guest.page.goto(link);
    await guest.page.getByLabel('Your name').fill('Grace');
    await guest.page.getByLabel('New password').fill(password);
    await guest.page.getByRole('button', { name: 'Accept and sign in' }).click();
    await guest.page.getByRole('alert').getByText('The link is not good any more').waitFor();

    const leave = page.getByRole('button', { name: /^Leave/ });
    const name = (await leave.innerText()).replace('Leave ', '');
    await leave.click();
    await page.getByLabel(`Type ${name} to leave it`).fill(name);
    await page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click();
    await page.getByText('Make another member an administrator first.').waitFor();
    await newPerson(client, 'admin');
    await page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click();
    await page.getByRole('heading', { name: 'You are not in any organisation' }).waitFor();
    expect([...faults, ...guest.faults]).toEqual([]);
  });

  test('a session that is ended elsewhere lets that browser out, and a new password all others', async () => {
    const client = await newOrg();
    const person = await newPerson(client, 'viewer');
    const signIn = () =>
      person.browser.call('POST', '/api/auth/sign-in/password', { email: person.email, password });
    const { cookie: first } = person.browser;
    await signIn();
    const { cookie: second } = person.browser;
    const here = await browser.open({ client, token: null, cookie: first });
    const there = await browser.open({ client, token: null, cookie: second });
    await there.page.goto('/settings/account');
    await there.page.getByText('This browser').waitFor();

    await here.page.goto('/settings/account');
    const sessions = here.page.getByRole('table', { name: 'Sessions' });
    await sessions.getByRole('button', { name: /^End/ }).click();
    await here.page.getByRole('dialog').getByRole('button', { name: 'End 1 session' }).click();
    await sessions.getByRole('button', { name: /^End/ }).waitFor({ state: 'hidden' });
    await there.page.reload();
    await there.page.getByRole('heading', { name: 'Sign in' }).waitFor();

    await signIn();
    await signIn();
    await here.page.reload();
    await here.page.getByRole('button', { name: 'End all others' }).click();
    await here.page.getByRole('dialog').getByRole('button', { name: 'End 2 sessions' }).click();
    await sessions.getByRole('button', { name: /^End/ }).first().waitFor({ state: 'hidden' });
    expect((await person.browser.call('GET', '/api/v1/me')).status).toBe(401);

    await signIn();
    const next = 'staple battery horse';
    const set = here.page.getByRole('button', { name: 'Set password' });
    await here.page.getByLabel(/^Current password/).fill('not this one');
    await here.page.getByLabel(/^New password/).fill(next);
    await set.click();
    await here.page.getByText('The current password is wrong.').waitFor();
    await here.page.getByLabel(/^Current password/).fill(password);
    await here.page.getByLabel(/^New password/).fill('too short');
    await set.click();
    await here.page.getByText(/^Must have at least 12 characters/).waitFor();
    await here.page.getByLabel(/^New password/).fill(next);
    await set.click();
    await here.page.getByText('Password changed.').waitFor();
    expect((await person.browser.call('GET', '/api/v1/me')).status).toBe(401);
    const anew = await newBrowser(client).call('POST', '/api/auth/sign-in/password', {
      email: person.email,
      password: next,
    });
    expect(anew.status).toBe(200);
    expect([...here.faults, ...there.faults]).toEqual([]);
  });

  test('who takes somebody out is told of the tokens that they made', async () => {
    const client = await newOrg();
    const admin = await newPerson(client, 'admin');
    const leaver = await newPerson(client, 'admin');
    const input = { name: 'nightly', role: 'operator' };
    const made = await leaver.browser.call<NewApiToken>('POST', '/api/v1/tokens', input);
    const { cookie } = admin.browser;
    const { page, faults } = await browser.open({ client, token: null, cookie });
    await page.goto('/settings/members');
    await page.getByRole('button', { name: `Actions for ${leaver.email}` }).click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(`They created nightly (${made.body.prefix}…)`).waitFor();
    await expectAccessible(page);
    expect(faults).toEqual([]);
  });
});
