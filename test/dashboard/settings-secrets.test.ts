import { describe, expect, inject, test } from 'vitest';
import type { Registry } from '../../contract/registry.ts';
import type { Secret } from '../../contract/secret.ts';
import { useBrowser } from '../support/browser.ts';
import { newOrg } from '../support/client.ts';
import { definition } from '../support/definitions.ts';

const value = 'canary-line-one\ncanary-line-two';

describe.skipIf(inject('chromium') === null)('secrets and registries', () => {
  const browser = useBrowser();
  const { adminToken: token } = inject('stack');

  test('a secret is set, replaced and never shown, and stays while something uses it', async () => {
    const client = await newOrg();
    const read = async (name: string) =>
      (await client.call<Secret>('GET', `/api/v1/secrets/${name}`)).body;
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/settings/secrets');
    await page.getByRole('heading', { name: 'No secrets yet' }).waitFor();
    await page.getByRole('button', { name: 'Add a secret' }).click();
    const form = page.getByRole('dialog', { name: 'Add a secret' });
    await form.getByLabel('Name').fill('not a name');
    await form.getByLabel('Value').fill(value);
    await form.getByRole('button', { name: 'Add', exact: true }).click();
    await form.getByText(/^Must be 1-128 letters/).waitFor();
    await form.getByLabel('Name').fill('HF_TOKEN');
    await form.getByLabel('Value').fill(`${value}\n`);
    await form.getByText(/ends with a space or a line break/).waitFor();
    await form.getByLabel('Value').fill(value);
    await form.getByRole('button', { name: 'Add', exact: true }).click();
    await form.waitFor({ state: 'hidden' });
    const row = page.getByRole('table', { name: 'Secrets' }).getByRole('row', { name: 'HF_TOKEN' });
    await row.getByText('nothing').waitFor();
    expect(await page.content()).not.toContain('canary');

    await client.call('POST', '/api/v1/backends', definition());
    const env = { TOKEN: '{{secrets.HF_TOKEN}}' };
    const wanted = { name: 'chat', backend_name: 'engine', env };
    expect((await client.call('POST', '/api/v1/deployments', wanted)).status).toBe(201);
    await page.reload();
    await row.getByRole('link', { name: 'chat' }).waitFor();
    const choose = async (item: string) => {
      await row.getByRole('button', { name: 'Actions for HF_TOKEN' }).click();
      await page.getByRole('menuitem', { name: item }).click();
    };
    await choose('Replace the value');
    const replace = page.getByRole('dialog', { name: 'Replace the value of HF_TOKEN' });
    await replace.getByLabel('Value').fill('canary-other');
    await replace.getByRole('button', { name: 'Replace' }).click();
    await replace.waitFor({ state: 'hidden' });
    expect((await read('HF_TOKEN')).revision).toBe(2);
    expect(await page.content()).not.toContain('canary');

    await choose('Delete');
    const inUse = page.getByRole('dialog', { name: 'HF_TOKEN is in use' });
    await inUse.getByRole('link', { name: 'chat' }).waitFor();
    expect(await inUse.getByRole('button', { name: 'Delete' }).count()).toBe(0);
    await page.keyboard.press('Escape');
    await client.call('DELETE', '/api/v1/deployments/chat?force=true');
    await page.reload();
    await row.getByText('nothing').waitFor();
    await choose('Delete');
    await page.getByLabel('Type HF_TOKEN to delete it').fill('HF_TOKEN');
    // Somebody was quicker, and uses it.
    const login = { username: 'ci', password: '{{secrets.HF_TOKEN}}' };
    await client.call('PUT', '/api/v1/registries/ghcr.io', login);
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await inUse.getByText('the registry ghcr.io').waitFor();
    await page.keyboard.press('Escape');
    await client.call('DELETE', '/api/v1/registries/ghcr.io');
    await page.reload();
    await row.getByText('nothing').waitFor();
    await choose('Delete');
    await page.getByLabel('Type HF_TOKEN to delete it').fill('HF_TOKEN');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'No secrets yet' }).waitFor();
    expect(faults).toEqual([]);
  });

  test('a registry is added with a new secret, changed to another and deleted', async () => {
    const client = await newOrg();
    await client.call('PUT', '/api/v1/secrets/OTHER', { value: 'other' });
    const read = () => client.call<Registry>('GET', '/api/v1/registries/localhost:5000');
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/settings/registries');
    await page.getByRole('heading', { name: 'No registries yet' }).waitFor();
    await page.getByRole('button', { name: 'Add a registry' }).click();
    const form = page.getByRole('dialog', { name: 'Add a registry' });
    await form.getByLabel('Server').fill('https://registry');
    await form.getByLabel('User').fill('ci');
    await form.getByLabel('Name of the new secret').fill('OTHER');
    await form.getByText('This secret already exists').waitFor();
    await form.getByLabel('Name of the new secret').fill('REGISTRY');
    await form.getByRole('textbox', { name: 'The password itself' }).fill('canary-password');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText(/^Must be the host of a registry/).waitFor();
    await form.getByLabel('Server').fill('localhost:5000');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.waitFor({ state: 'hidden' });
    const table = page.getByRole('table', { name: 'Registries' });
    const row = table.getByRole('row', { name: 'localhost:5000' });
    await row.getByText('REGISTRY').waitFor();
    expect((await read()).body).toMatchObject({
      username: 'ci',
      password: '{{secrets.REGISTRY}}',
    });
    expect(await page.content()).not.toContain('canary');

    await row.getByRole('button', { name: 'Actions for localhost:5000' }).click();
    await page.getByRole('menuitem', { name: 'Change' }).click();
    const change = page.getByRole('dialog', { name: 'Login for localhost:5000' });
    await change.getByLabel('Password').selectOption('The secret OTHER');
    await change.getByRole('button', { name: 'Save' }).click();
    await row.getByText('OTHER').waitFor();

    await row.getByRole('button', { name: 'Actions for localhost:5000' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByLabel('Type localhost:5000 to delete it').fill('localhost:5000');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'No registries yet' }).waitFor();
    expect((await read()).status).toBe(404);
    expect(faults).toEqual([]);
  });
});
