import { describe, expect, inject, test } from 'vitest';
import type { Me } from '../../contract/access.ts';
import { useBrowser } from '../support/browser.ts';
import { newOrg } from '../support/client.ts';
import { newEnrolmentToken, newFakeAgent } from '../support/fake-agent.ts';

describe.skipIf(inject('chromium') === null)('the tokens', () => {
  const browser = useBrowser();
  const { adminToken } = inject('stack');

  test('one is made, shown once, used, listed and revoked, and then lets nobody in', async () => {
    const client = await newOrg();
    const { page, faults } = await browser.open({ client, token: adminToken });
    await page.goto('/settings/tokens');
    await page.getByRole('heading', { name: 'No API tokens yet' }).waitFor();
    await page.getByRole('button', { name: 'New API token' }).click();
    const form = page.getByRole('dialog', { name: 'New API token' });
    await form.getByLabel('Name').fill('- not a name');
    await form.getByRole('button', { name: 'Create the token' }).click();
    await form.getByText(/^Must be 1-63 letters/).waitFor();
    expect(await form.getByLabel('Name').evaluate((field) => field.matches(':focus'))).toBe(true);
    await form.getByLabel('Name').fill('CI');
    await form.getByRole('radio', { name: 'Operator' }).check();
    await form.getByLabel('Valid for').selectOption('30 days');
    await form.getByRole('button', { name: 'Create the token' }).click();

    const shown = page.getByRole('dialog', { name: 'The token CI' });
    const token = await shown.getByText(/^lsk_/).innerText();
    await shown.getByText('the token will not be shown again').waitFor();
    await page.keyboard.press('Escape');
    expect(await shown.getByRole('button').allInnerTexts()).toEqual(['', '', 'I have copied it']);
    const command = await shown.getByText(/^curl /).innerText();
    expect(command).toContain(token);
    expect(command.endsWith(`${client.url}/api/v1/me`)).toBe(true);
    const me = await client.call<Me>('GET', '/api/v1/me', undefined, { token });
    expect(me.body).toMatchObject({ role: 'operator', org: { id: client.orgId } });
    await shown.getByRole('button', { name: 'I have copied it' }).click();
    await shown.waitFor({ state: 'hidden' });

    await page.reload();
    const row = page.getByRole('table', { name: 'API tokens' }).getByRole('row', { name: 'CI' });
    await row.getByText('Active').waitFor();
    await row.getByRole('cell', { name: 'Operator', exact: true }).waitFor();
    expect(await page.content()).not.toContain(token);
    await row.getByRole('button', { name: 'Revoke CI' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Type CI to revoke it').fill('CI');
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    await row.getByText('Revoked').waitFor();
    const refused = await client.call('GET', '/api/v1/me', undefined, { token });
    expect(refused.status).toBe(401);
    expect(faults).toEqual([]);
  });

  test('enrolment tokens are listed, and one that is revoked is gone', async () => {
    const client = await newOrg();
    const { id } = await newEnrolmentToken(client);
    const { page, faults } = await browser.open({ client, token: adminToken });
    await page.goto('/settings/tokens');
    const row = page
      .getByRole('table', { name: 'Enrolment tokens' })
      .getByRole('row', { name: id });
    await row.getByText('Usable').waitFor();
    await row.getByRole('button', { name: /^Revoke/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('No enrolment tokens.').waitFor();
    const gone = await client.call('GET', `/api/v1/enrollment-tokens/${id}`);
    expect(gone.status).toBe(404);
    await page.getByRole('button', { name: 'Add a host' }).click();
    await page.getByRole('button', { name: 'Create the command' }).click();
    await page.getByText('--token lse_').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('--token lse_').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    const listed = page.getByRole('table', { name: 'Enrolment tokens' });
    await listed.getByText('1 of 1').waitFor();
    await newFakeAgent(client);
    const used = listed.getByRole('row').filter({ hasText: 'Used up' });
    await used.waitFor();
    expect(await used.getByRole('button').count()).toBe(0);
    expect(await listed.getByRole('button', { name: /^Revoke/ }).count()).toBe(1);
    expect(faults).toEqual([]);
  });
});
