import { describe, expect, inject, test } from 'vitest';
import type { NewApiToken } from '../../contract/access.ts';
import type { Host } from '../../contract/host.ts';
import { expectAccessibleEverywhere, useBrowser } from '../support/browser.ts';
import { type Client, newOrg } from '../support/client.ts';
import { obey } from '../support/deployment.ts';
import { cudaGpu, inventoryWith, newFakeAgent } from '../support/fake-agent.ts';
import { keepOnline } from '../support/keep-online.ts';
import { until } from '../support/until.ts';

const twoGpus = inventoryWith({ gpus: [cudaGpu(0), cudaGpu(1)] });

async function readHost(client: Client, id: string): Promise<Host> {
  return (await client.call<Host>('GET', `/api/v1/hosts/${id}`)).body;
}

async function deployOn(
  client: Client,
  gpu: Record<string, unknown>,
  name = 'model',
): Promise<void> {
  const spec = {
    name,
    image_name: 'engine:1',
    run_command: 'serve --port {{port}}',
    gpu,
  };
  const { status, body } = await client.call('POST', '/api/v1/deployments', spec);
  if (status !== 201) throw new Error(JSON.stringify(body));
}

describe.skipIf(inject('chromium') === null)('the hosts', () => {
  const browser = useBrowser();
  const { adminToken: token } = inject('stack');

  test('a machine that enrols by the command shows itself, and who may not add one is told so', async () => {
    const client = await newOrg();
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/hosts');
    await page.getByRole('heading', { name: 'No hosts yet' }).waitFor();
    await page.getByRole('button', { name: 'Add a host' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a host' });
    await dialog.getByRole('button', { name: 'Create the command' }).click();
    const command = await dialog.getByText('--token lse_').innerText();
    expect(command.startsWith(`curl -fsSL ${client.url}/install.sh | sh -s -- `)).toBe(true);
    await dialog.getByText('own machine can reach it at 127.0.0.1').waitFor();
    await dialog.getByText('Waiting for the machine').waitFor();
    const agent = await newFakeAgent(client, twoGpus, command.split(' ').at(-1));
    const { hostId } = keepOnline(agent);
    const arrived = dialog.getByRole('article', { name: 'fake' });
    await arrived.getByText('0 granted · 0 shared · 2 free').waitFor();
    await dialog.getByText('fake enrolled.').waitFor();
    await dialog.getByRole('button', { name: 'Done' }).click();
    const enrolled = page.getByRole('article', { name: 'fake' });
    await enrolled.getByText('Online', { exact: true }).waitFor();

    const input = { name: 'reader', role: 'viewer' };
    const viewer = (await client.call<NewApiToken>('POST', '/api/v1/tokens', input)).body.token;
    const reader = await browser.open({ client, token: viewer });
    await reader.page.goto('/hosts');
    await reader.page.getByRole('button', { name: 'Add a host' }).click();
    await reader.page.getByText('Ask whoever runs this control plane').waitFor();
    await reader.page.keyboard.press('Escape');
    await reader.page.getByRole('link', { name: 'fake' }).click();
    await reader.page.waitForURL(`**/hosts/${hostId}`);
    await reader.page.getByRole('table', { name: 'GPUs' }).waitFor();
    expect(await reader.page.getByRole('button', { name: 'Drain' }).count()).toBe(0);
    expect([...faults, ...reader.faults]).toEqual([]);
  });

  test('a card names what runs there, and leads to it', async () => {
    const client = await newOrg();
    const agent = keepOnline(await newFakeAgent(client));
    for (const name of ['a', 'b', 'c', 'd']) await deployOn(client, { count: 0 }, name);
    await obey(agent);
    const { page, faults } = await browser.open({ client, token });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.goto('/hosts');
    const card = page.getByRole('article', { name: 'fake' });
    await card.getByText('4 instances').waitFor();
    await card.getByText('and 1 more').waitFor();
    await expectAccessibleEverywhere(page);
    expect(asked.filter((path) => path.includes('/instances'))).toEqual([]);
    await card.getByRole('link', { name: 'b', exact: true }).click();
    await page.waitForURL('**/deployments/b');
    expect(faults).toEqual([]);
  });

  test('a host is renamed, cordoned, drained and removed, which asks for its name', async () => {
    const client = await newOrg();
    const agent = keepOnline(await newFakeAgent(client, twoGpus));
    await deployOn(client, { count: 1, memory_bytes: 20e9 });
    await obey(agent);
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/hosts');
    const card = page.getByRole('article', { name: 'fake' });
    await card.getByText('0 granted · 1 shared · 1 free').waitFor();
    await card.getByRole('link', { name: 'fake' }).click();
    const gpus = page.getByRole('table', { name: 'GPUs' });
    await gpus.getByRole('row').filter({ hasText: 'Shared' }).getByText('model').waitFor();
    const held = gpus.getByRole('meter', { name: 'Memory of GPU 0' });
    expect(await held.getAttribute('aria-valuenow')).toBe('20000000000');
    await page.getByRole('table', { name: 'Launches' }).getByText('Running').waitFor();

    const choose = async (item: string) => {
      await page.getByRole('button', { name: /^More actions/ }).click();
      await page.getByRole('menuitem', { name: item }).click();
    };
    await choose('Name and labels');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('gpu-1');
    await page.getByRole('button', { name: 'Add a label' }).click();
    await page.getByLabel('Name of label 1').fill('zone');
    await page.getByLabel('Value of label 1').fill('a');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'gpu-1' }).waitFor();
    expect(await readHost(client, agent.hostId)).toMatchObject({ labels: { zone: 'a' } });

    await page.getByRole('button', { name: 'Cordon', exact: true }).click();
    await page.getByText('This host is cordoned').waitFor();
    await page.getByRole('button', { name: 'Uncordon' }).click();
    await until('it takes work', async () => (await readHost(client, agent.hostId)).schedulable);
    await page.getByRole('button', { name: 'Drain' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Drain' }).click();
    await page.getByText('This host is draining').waitFor();
    expect(await readHost(client, agent.hostId)).toMatchObject({ draining: true });
    await page.getByRole('list', { name: 'Timeline' }).getByText('Draining').waitFor();

    await choose('Remove');
    const confirm = page.getByRole('dialog').getByRole('button', { name: 'Remove' });
    await page.getByLabel('Type gpu-1 to remove it').fill('gpu-1');
    expect(await confirm.isDisabled()).toBe(true);
    await page.getByLabel('Remove it by force').check();
    await page.getByLabel('Type gpu-1 to remove it').fill('gpu');
    expect(await confirm.isDisabled()).toBe(true);
    await page.getByLabel('Type gpu-1 to remove it').fill('gpu-1');
    await confirm.click();
    await page.getByRole('heading', { name: 'No hosts yet' }).waitFor();
    expect((await agent.sync()).status).toBe(410);
    expect(faults).toEqual([]);
  });

  test('what is wrong is told, and nothing keeps people out, in both themes, at a desk and on a phone', async () => {
    const client = await newOrg();
    const message = 'The disk of the models is away. Mount it again.';
    const agent = await newFakeAgent(client, {
      ...twoGpus,
      conditions: [{ code: 'models_unavailable', message }],
    });
    await deployOn(client, { count: 1 });
    await obey(agent);
    keepOnline(agent);
    keepOnline(await newFakeAgent(client));
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/hosts');
    const cards = page.getByRole('article');
    await cards.getByText('No GPUs').waitFor();
    await cards.getByText('Models unavailable').waitFor();
    await page.getByText(/^Needs attention 1/).click();
    await page.waitForURL(/mark=attention/);
    expect(await cards.count()).toBe(1);
    await expectAccessibleEverywhere(page);
    await page.getByRole('button', { name: 'Add a host' }).click();
    await page.getByRole('button', { name: 'Create the command' }).click();
    await page.getByText('Waiting for the machine').waitFor();
    await expectAccessibleEverywhere(page);
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await page.getByRole('link', { name: 'fake' }).click();
    await page.getByRole('region', { name: 'Notices' }).getByText(message).waitFor();
    await page.getByRole('list', { name: 'Timeline' }).waitFor();
    await expectAccessibleEverywhere(page);
    await page.getByRole('tab', { name: 'Inventory' }).click();
    await page.getByText('Ports for instances').waitFor();
    await expectAccessibleEverywhere(page);
    expect(faults).toEqual([]);
  });
});
