import { describe, expect, inject, test } from 'vitest';
import { desktop, expectAccessible, phone, useBrowser } from '../support/browser.ts';
import { newOrg } from '../support/client.ts';

describe.skipIf(inject('chromium') === null)('the Inference Backends page', () => {
  const browser = useBrowser();
  const { adminToken: token } = inject('stack');

  test('search and filters live in the address, and a card leads to all its versions', async () => {
    const client = await newOrg();
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/backends?search=vllm');
    await page.getByRole('heading', { name: 'vLLM', exact: true }).waitFor();
    expect(await page.getByRole('article').count()).toBe(1);
    await page.getByLabel('Search backends').fill('');
    await page.getByRole('heading', { name: 'SGLang', exact: true }).waitFor();
    expect(new URL(page.url()).search).toBe('');
    await page.getByText('cann', { exact: true }).first().click();
    await page.waitForURL(/framework=cann/);
    await page.goto('/backends');
    await page.getByRole('link', { name: 'vLLM', exact: true }).click();
    await page.waitForURL(/\/backends\/vLLM$/);
    await page.getByRole('table', { name: 'Versions' }).waitFor();
    expect(faults).toEqual([]);
  });

  for (const scheme of ['light', 'dark'] as const) {
    for (const [width, viewport] of Object.entries({ desktop, phone })) {
      test(`nothing keeps people out of it (${scheme}, ${width})`, async () => {
        const client = await newOrg();
        const { page, faults } = await browser.open({ client, token, scheme, viewport });
        await page.goto('/backends');
        await page.getByRole('heading', { name: 'vLLM', exact: true }).waitFor();
        await expectAccessible(page);
        await page.goto('/backends/vLLM');
        await page.getByRole('table', { name: 'Versions' }).waitFor();
        await expectAccessible(page);
        expect(faults).toEqual([]);
      });
    }
  }
});
