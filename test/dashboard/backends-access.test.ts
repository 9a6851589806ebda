import { describe, expect, inject, test } from 'vitest';
import { expectAccessibleEverywhere, useBrowser } from '../support/browser.ts';
import { newOrg } from '../support/client.ts';
import { definition } from '../support/definitions.ts';

describe.skipIf(inject('chromium') === null)('the pages of backends', () => {
  const browser = useBrowser();
  const { adminToken: token } = inject('stack');

  test('nothing keeps people out of the list', async () => {
    const client = await newOrg();
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/backends');
    await page.getByRole('heading', { name: 'vLLM', exact: true }).waitFor();
    await expectAccessibleEverywhere(page);
    expect(faults).toEqual([]);
  });

  test('nothing keeps people out of one with its versions', async () => {
    const client = await newOrg();
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/backends/vLLM');
    const versions = page.getByRole('table', { name: 'Versions' });
    await versions.getByRole('button', { name: '0.11.0', exact: true }).click();
    await versions.getByText('Example:').waitFor();
    await expectAccessibleEverywhere(page);
    await page.getByRole('button', { name: 'Add version' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Add version' }).click();
    await page.getByText('Enter the image to run.').waitFor();
    await expectAccessibleEverywhere(page);
    expect(faults).toEqual([]);
  });

  test('nothing keeps people out of the gallery', async () => {
    const client = await newOrg();
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/community');
    await page.getByRole('button', { name: 'Enable Ollama' }).waitFor();
    await expectAccessibleEverywhere(page);
    await page.getByRole('button', { name: 'Ollama', exact: true }).click();
    await page.getByRole('dialog').getByText('Example:').waitFor();
    await expectAccessibleEverywhere(page);
    expect(faults).toEqual([]);
  });

  test('nothing keeps people out of the form', async () => {
    const client = await newOrg();
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/add-backend');
    await page.getByRole('button', { name: 'Add backend' }).click();
    await page.getByText('Enter the image to run.').waitFor();
    await expectAccessibleEverywhere(page);
    expect(faults).toEqual([]);
  });

  test('nothing keeps people out of the editor', async () => {
    const client = await newOrg();
    await client.call('POST', '/api/v1/backends', definition());
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/backends/engine/edit');
    await page.getByText('YAML', { exact: true }).click();
    const editor = page.getByRole('textbox', { name: 'Definition in YAML' });
    await editor.fill('backend_name: engine # mine\nversions:\n');
    await page.getByText('Line 2:').waitFor();
    await expectAccessibleEverywhere(page);
    expect(faults).toEqual([]);
  });

  test('who may only look sees nothing to press', async () => {
    const client = await newOrg();
    const { body } = await client.call<{ token: string }>('POST', '/api/v1/tokens', {
      name: 'looks',
      role: 'viewer',
    });
    const { page, faults } = await browser.open({ client, token: body.token });
    const button = (name: RegExp | string) => page.getByRole('button', { name });
    await page.goto('/backends/vLLM');
    await page.getByRole('table', { name: 'Versions' }).waitFor();
    expect(await button('Add version').count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Edit' }).count()).toBe(0);
    await button('Actions for vLLM').click();
    await page.getByRole('menuitem', { name: 'Export as YAML' }).waitFor();
    expect(await page.getByRole('menuitem').count()).toBe(1);
    await page.goto('/community');
    await button('Ollama').waitFor();
    expect(await button(/^Enable/).count()).toBe(0);
    await page.goto('/add-backend');
    await page.getByRole('heading', { name: 'You have view-only access' }).waitFor();
    expect(faults).toEqual([]);
  });
});
