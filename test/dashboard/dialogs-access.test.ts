import type { Page } from 'playwright-core';
import { describe, expect, inject, test } from 'vitest';
import { expectAccessibleAtEnds, useBrowser } from '../support/browser.ts';
import { newOrg } from '../support/client.ts';
import { definition } from '../support/definitions.ts';
import { changeDeployment, obey } from '../support/deployment.ts';
import { newFakeAgent } from '../support/fake-agent.ts';
import { keepOnline } from '../support/keep-online.ts';

/** What opens over a page keeps nobody out, and Escape closes it. */
async function expectOpenForAll(
  page: Page,
  open: () => Promise<void>,
  shown: string,
): Promise<void> {
  await open();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(shown).first().waitFor();
  await expectAccessibleAtEnds(page);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
}

describe.skipIf(inject('chromium') === null)('what opens over a page', () => {
  const browser = useBrowser();
  const { adminToken: token } = inject('stack');

  test('nothing keeps people out of what is done to a deployment', async () => {
    const client = await newOrg();
    const agent = keepOnline(await newFakeAgent(client));
    await client.call('POST', '/api/v1/deployments', {
      name: 'model',
      image_name: 'engine:1',
      run_command: 'serve --port {{port}}',
      env: { A: '1' },
    });
    await obey(agent);
    await changeDeployment(client, { env: { A: '2' } });
    await obey(agent);
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/deployments/model');
    const button = (name: string) => page.getByRole('button', { name, exact: true }).first();
    await button('More actions for model').click();
    await page.getByRole('menuitem', { name: 'Delete' }).waitFor();
    await expectAccessibleAtEnds(page);
    await page.keyboard.press('Escape');
    const choose = (item: string) => async () => {
      await button('More actions for model').click();
      await page.getByRole('menuitem', { name: item }).click();
    };
    await expectOpenForAll(page, () => button('Scale').click(), 'Replicas');
    await expectOpenForAll(page, choose('Restart'), 'All instances are replaced');
    await expectOpenForAll(page, choose('Stop'), 'nothing answers until');
    await expectOpenForAll(page, choose('Delete'), 'Type model to delete it');
    await expectOpenForAll(page, () => button('Launch spec').click(), '"instance_id"');
    await page.getByRole('tab', { name: 'Revisions' }).click();
    await button('Show 1 difference').click();
    await expectAccessibleAtEnds(page);
    await expectOpenForAll(page, () => button('Roll back to 1').click(), 'env / A');
    await page.getByRole('tab', { name: 'Configuration' }).click();
    await page.getByText('engine:1').first().waitFor();
    await expectAccessibleAtEnds(page);
    expect(faults).toEqual([]);
  }, 180_000);

  test('nothing keeps people out of what is done to a backend, and of the palette', async () => {
    const client = await newOrg();
    await client.call('POST', '/api/v1/backends', definition());
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/backends/engine');
    await page.getByRole('table', { name: 'Versions' }).waitFor();
    const choose = (menu: string, item: string) => async () => {
      await page.getByRole('button', { name: `Actions for ${menu}` }).click();
      await page.getByRole('menuitem', { name: item, exact: true }).click();
    };
    await expectOpenForAll(page, choose('engine', 'Delete'), 'Type engine to delete it');
    await expectOpenForAll(page, choose('1.0', 'Edit'), 'What it launches');
    await expectOpenForAll(page, () => page.keyboard.press('Control+k'), 'Deployments');
    await page.getByRole('tab', { name: 'Defaults' }).click();
    await expectAccessibleAtEnds(page);
    expect(faults).toEqual([]);
  }, 180_000);
});
