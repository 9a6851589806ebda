import type { Locator } from 'playwright-core';
import { describe, expect, inject, test } from 'vitest';
import { expectAccessible, phone, useBrowser } from '../support/browser.ts';
import { type Client, newOrg } from '../support/client.ts';
import { obey } from '../support/deployment.ts';
import { newFakeAgent } from '../support/fake-agent.ts';
import { keepOnline } from '../support/keep-online.ts';

async function deploy(client: Client, name: string): Promise<void> {
  const spec = { name, image_name: 'engine:1', run_command: 'serve --port {{port}}' };
  const { status, body } = await client.call('POST', '/api/v1/deployments', spec);
  if (status !== 201) throw new Error(JSON.stringify(body));
}

async function boxOf(shown: Locator) {
  const box = await shown.boundingBox();
  if (box === null) throw new Error('it is not shown');
  return box;
}

describe.skipIf(inject('chromium') === null)('what stands around every page', () => {
  const browser = useBrowser();
  const { adminToken: token } = inject('stack');

  test('a browser without a network says so, also on a page that was not read before, which comes with the network', async () => {
    const client = await newOrg();
    await deploy(client, 'first');
    await deploy(client, 'second');
    const { page } = await browser.open({ client, token, viewport: phone });
    await page.goto('/deployments');
    // Its file is there from now on.
    await page.getByRole('link', { name: 'first' }).click();
    await page.getByRole('heading', { name: 'first' }).waitFor();
    await page.goBack();
    const banner = page.getByRole('alert').filter({ hasText: 'This browser is offline' });
    const main = page.getByRole('main');
    await page.getByRole('link', { name: 'second' }).waitFor();
    await page.context().setOffline(true);
    await banner.getByText('You are seeing the state as of').waitFor();
    await page.getByRole('link', { name: 'second' }).click();
    await main.getByText('This loads again as soon as').first().waitFor();
    expect(await main.locator('[aria-busy=true]').count()).toBe(0);
    await banner.waitFor();
    await expectAccessible(page);
    await page.context().setOffline(false);
    await page.getByRole('heading', { name: 'second' }).waitFor();
    await banner.waitFor({ state: 'detached' });
  });

  test('a page whose file does not come without a network says nothing else than that, and comes with the network', async () => {
    const client = await newOrg();
    const { page } = await browser.open({ client, token });
    const file = /hosts-page.*\.js/;
    await page.route(file, (route) => route.abort());
    await page.goto('/backends');
    await page.getByRole('heading', { name: 'Inference backends' }).waitFor();
    await page.context().setOffline(true);
    await page.getByRole('alert').filter({ hasText: 'This browser is offline' }).waitFor();
    await page.getByRole('link', { name: 'Hosts' }).click();
    await page.getByText('This loads again as soon as').waitFor();
    expect(await page.getByRole('alert').count()).toBe(1);
    await page.unroute(file);
    await page.context().setOffline(false);
    await page.getByRole('heading', { name: 'Hosts', exact: true }).waitFor();
  });

  test('the search opens by its keys from wherever one writes, and a slash is one there', async () => {
    const client = await newOrg();
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/add-backend');
    const search = page.getByRole('dialog', { name: 'Search' });
    const expectSearch = async () => {
      await page.keyboard.press('Control+k');
      await search.waitFor();
      await page.keyboard.press('Escape');
      await search.waitFor({ state: 'hidden' });
    };
    const description = page.getByLabel('Description');
    await description.fill('1');
    await description.press('/');
    expect(await description.inputValue()).toBe('1/');
    await expectSearch();
    await page.getByText('YAML', { exact: true }).click();
    const editor = page.getByRole('textbox', { name: 'Definition in YAML' });
    await editor.click();
    await expectSearch();
    await page.getByRole('link', { name: 'Skip to content' }).focus();
    await page.keyboard.press('/');
    await search.waitFor();
    expect(faults).toEqual([]);
  });

  test('what is told does not cover the way out of a form and the way on', async () => {
    const client = await newOrg();
    const agent = keepOnline(await newFakeAgent(client));
    await deploy(client, 'model');
    const { page, faults } = await browser.open({ client, token });
    const isRead = page.waitForResponse(/\/api\/v1\/deployments\?/);
    await page.goto('/deploy');
    await isRead;
    await obey(agent);
    const toast = page.getByRole('alert').filter({ hasText: 'model is available' });
    await toast.waitFor();
    for (const size of [page.viewportSize(), phone]) {
      if (size) await page.setViewportSize(size);
      const ends = await boxOf(toast);
      const button = await boxOf(page.getByRole('button', { name: 'Deploy', exact: true }));
      expect(ends.y + ends.height).toBeLessThanOrEqual(button.y);
    }
    expect(faults).toEqual([]);
  });

  test('the theme is chosen, and given back to the system', async () => {
    const client = await newOrg();
    const { page, faults } = await browser.open({ client, token });
    const shown = (scheme: string) =>
      page.locator(`:root[data-mantine-color-scheme=${scheme}]`).waitFor();
    const choose = async (theme: string) => {
      await page.getByRole('button', { name: 'Theme' }).click();
      await page.getByRole('menuitemradio', { name: theme }).click();
    };
    await page.goto('/hosts');
    await choose('Dark');
    await shown('dark');
    await page.reload();
    await shown('dark');
    await choose('System');
    await shown('light');
    await page.emulateMedia({ colorScheme: 'dark' });
    await shown('dark');
    await page.getByRole('heading', { name: 'No hosts yet' }).waitFor();
    await page.getByRole('button', { name: 'Theme' }).click();
    const system = page.getByRole('menuitemradio', { name: 'System' });
    expect(await system.getAttribute('aria-checked')).toBe('true');
    await expectAccessible(page);
    expect(faults).toEqual([]);
  });
});
