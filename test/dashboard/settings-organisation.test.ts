import { describe, expect, inject, test } from 'vitest';
import type { Org } from '../../contract/org.ts';
import { useBrowser } from '../support/browser.ts';
import { clientOf, newOrg } from '../support/client.ts';
import { newPlatformPerson } from '../support/person.ts';

interface LayoutShift extends PerformanceEntry {
  value: number;
}

/** Counts from the first paint on how much of the page is moved while it comes, as browsers do. */
function countShifts(): void {
  let sum = 0;
  const add = (entries: PerformanceEntry[]) => {
    // Of the only type that is observed.
    for (const { value } of entries as LayoutShift[]) sum += value;
  };
  const observer = new PerformanceObserver((list) => add(list.getEntries()));
  observer.observe({ type: 'layout-shift', buffered: true });
  Object.assign(window, {
    shifted() {
      add(observer.takeRecords());
      return sum;
    },
  });
}

describe.skipIf(inject('chromium') === null)('the organisation', () => {
  const browser = useBrowser();
  const { adminToken: token } = inject('stack');

  test('it is renamed, given limits, and deleted by whoever types its name', async () => {
    const client = await newOrg();
    const read = () => client.call<Org>('GET', `/api/v1/orgs/${client.orgId}`);
    const before = (await read()).body.name;
    const name = before.replace('test-', 'renamed-');
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/settings');
    await page.waitForURL(/\/settings\/organisation$/);
    const field = page.getByLabel('Name of the organisation');
    await field.fill('Not A Label');
    await page.getByRole('button', { name: 'Rename' }).click();
    await page.getByText(/^Must be 1-63 lower-case letters/).waitFor();
    await field.fill(name);
    await page.getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('banner').getByText(name).waitFor();
    expect((await read()).body.name).toBe(name);

    await page.getByRole('button', { name: 'Change the limits' }).click();
    const limits = page.getByRole('dialog', { name: `Limits of ${name}` });
    await limits.getByLabel('Hosts').fill('7');
    await limits.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('meter', { name: 'Hosts in use' }).waitFor();
    await page.getByText('0 of 7', { exact: true }).waitFor();
    expect((await read()).body.limits.hosts).toBe(7);

    await page.getByRole('button', { name: `Delete ${name}` }).click();
    const dialog = page.getByRole('dialog');
    const confirm = dialog.getByRole('button', { name: 'Delete' });
    await dialog.getByLabel(`Type ${name} to delete it`).fill(before);
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByLabel(`Type ${name} to delete it`).fill(name);
    await confirm.click();
    await page.waitForURL((url) => !url.pathname.startsWith('/settings'));
    expect((await read()).status).toBe(404);
    expect(faults).toEqual([]);
  });

  test('a platform administrator makes one, and opens it', async () => {
    const client = clientOf('org_default');
    const other = await newOrg();
    const { body } = await client.call<Org>('GET', `/api/v1/orgs/${other.orgId}`);
    const name = body.name.replace('test-', 'made-');
    const { cookie } = (await newPlatformPerson()).browser;
    const { page, faults } = await browser.open({ client, token: null, cookie });
    await page.goto('/settings/organisation');
    await page.getByText('it cannot be deleted').waitFor();
    await page.getByRole('button', { name: 'New organisation' }).click();
    const form = page.getByRole('dialog', { name: 'New organisation' });
    await form.getByLabel('Name').fill(body.name);
    await form.getByRole('button', { name: 'Create' }).click();
    await form.getByText('Choose another name.').waitFor();
    await form.getByLabel('Name').fill(name);
    await form.getByLabel('API tokens').fill('3');
    await form.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('button', { name: `Open ${name}` }).click();
    await page.getByRole('banner').getByText(name).waitFor();
    await page.addInitScript(countShifts);
    await page.goto('/settings/organisation');
    await page.getByText('0 of 3', { exact: true }).waitFor();
    await page.getByRole('table', { name: 'Organisations' }).waitFor();
    expect(await page.evaluate('shifted()')).toBeLessThan(0.02);
    expect(faults).toEqual([]);
  });
});
