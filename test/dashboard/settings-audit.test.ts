import { describe, expect, inject, test } from 'vitest';
import type { AuditLine } from '../../contract/audit.ts';
import { useBrowser } from '../support/browser.ts';
import { newOrg } from '../support/client.ts';
import { definition } from '../support/definitions.ts';
import { newPerson } from '../support/person.ts';

describe.skipIf(inject('chromium') === null)('the audit log', () => {
  const browser = useBrowser();
  const { adminToken: token } = inject('stack');

  test('it shows what was just done, how it was before, and what the address asks for', async () => {
    const client = await newOrg();
    const admin = await newPerson(client, 'admin');
    await client.call('PUT', '/api/v1/secrets/ONE', { value: 'canary' });
    await client.call('POST', '/api/v1/backends', definition());
    await admin.browser.call('POST', '/api/v1/tokens', { name: 'CI', role: 'viewer' });
    const { cookie } = admin.browser;
    const { page, faults } = await browser.open({ client, token: null, cookie });
    await page.goto('/settings/audit');
    const lines = page.getByRole('list', { name: 'Changes' }).locator('> li');
    await lines.filter({ hasText: 'Added the backend' }).waitFor();
    expect(await lines.first().innerText()).toContain('Created the API token CI');
    const all = await lines.count();

    const made = lines.filter({ hasText: 'Created the API token CI' });
    await made.getByRole('button', { name: 'Show' }).click();
    await made.getByRole('row', { name: 'role' }).getByText('viewer').waitFor();
    const page1 = await client.call<{ items: AuditLine[] }>('GET', '/api/v1/audit?limit=1');
    await made.getByText(page1.body.items[0]?.request_id ?? 'none').waitFor();

    await made.getByRole('link', { name: admin.email }).click();
    await page.waitForURL(/actor=usr_/);
    await lines.filter({ hasText: 'Added the backend' }).waitFor({ state: 'hidden' });
    expect(await lines.count()).toBeLessThan(all);
    await page.goto('/settings/audit?resource_kind=secret');
    await lines.filter({ hasText: 'Set the secret ONE' }).waitFor();
    expect(await lines.count()).toBe(1);
    expect(await page.getByLabel('What', { exact: true }).inputValue()).toBe('secret');
    const name = page.getByRole('combobox', { name: 'Its name' });
    await name.fill('NONE');
    await name.press('Enter');
    await page.waitForURL(/resource_name=NONE/);
    await page.getByRole('heading', { name: 'No changes match these filters' }).waitFor();
    await page.getByRole('link', { name: 'Show all' }).click();
    await lines.filter({ hasText: 'Added the backend' }).waitFor();
    await page.getByLabel('From').fill('2999-01-01T00:00');
    await page.getByLabel('From').press('Enter');
    await page.waitForURL(/from=29/);
    await page.getByRole('heading', { name: 'No changes match these filters' }).waitFor();
    expect(await page.content()).not.toContain('canary');
    expect(faults).toEqual([]);
  });

  test('older changes are loaded when they are asked for, each once', async () => {
    const client = await newOrg();
    for (let count = 0; count < 60; count += 1) {
      await client.call('PUT', '/api/v1/secrets/ONE', { value: String(count) });
    }
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/settings/audit?resource_kind=secret');
    const lines = page.getByRole('list', { name: 'Changes' }).locator('> li');
    const more = page.getByRole('button', { name: 'Load more' });
    await more.waitFor();
    expect(await lines.count()).toBe(50);
    await more.click();
    await more.waitFor({ state: 'hidden' });
    expect(await lines.count()).toBe(60);
    await page.getByRole('tab', { name: 'The platform' }).click();
    await page.waitForURL(/of=platform/);
    await page.getByRole('heading', { name: 'No changes match these filters' }).waitFor();
    await page.getByRole('link', { name: 'Show all' }).click();
    await lines.filter({ hasText: 'Created the organisation' }).first().waitFor();
    expect(faults).toEqual([]);
  });
});
