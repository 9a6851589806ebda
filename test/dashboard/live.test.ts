import type { Page } from 'playwright-core';
import { describe, expect, inject, test } from 'vitest';
import { expectAccessible, expectAccessibleEverywhere, useBrowser } from '../support/browser.ts';
import { type Client, newOrg } from '../support/client.ts';
import { obey, patchDeployment } from '../support/deployment.ts';
import { newFakeAgent, observed } from '../support/fake-agent.ts';
import { keepOnline } from '../support/keep-online.ts';
import { newPerson } from '../support/person.ts';
import { until } from '../support/until.ts';

async function deploy(client: Client, name = 'model'): Promise<void> {
  const spec = { name, image_name: 'engine:1', run_command: 'serve --port {{port}}' };
  const { status, body } = await client.call('POST', '/api/v1/deployments', {
    ...spec,
    gpu: { count: 0 },
  });
  if (status !== 201) throw new Error(JSON.stringify(body));
}

/** What the page asks of the API from now on. */
function countReadings(page: Page): string[] {
  const readings: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith('/api/')) readings.push(pathname);
  });
  return readings;
}

const sign = (page: Page, word: string) => page.getByText(word, { exact: true }).waitFor();

describe.skipIf(inject('chromium') === null)('what changes elsewhere', () => {
  const browser = useBrowser();
  const { adminToken: token } = inject('stack');

  test('is on the page at once, which asks for nothing while nothing changes', async () => {
    const client = await newOrg();
    const agent = keepOnline(await newFakeAgent(client));
    await deploy(client);
    await obey(agent);
    const { page, faults } = await browser.open({ client, token });
    await page.clock.install();
    await page.goto('/deployments/model');
    await sign(page, 'Live');
    await page.getByText('Available', { exact: true }).first().waitFor();
    const readings = countReadings(page);
    await until('it has read what changed before it was told of changes', async () => {
      const { length } = readings.splice(0);
      await page.clock.runFor(1_000);
      return length === 0 && readings.length === 0;
    });
    // Four times as long as it waits while it polls.
    await page.clock.runFor(20_000);
    expect(readings).toEqual([]);
    await patchDeployment(client, { replicas: 2 });
    await page.getByText('1 of 2').first().waitFor();
    expect(readings).toContain('/api/v1/deployments/model');
    expect(faults).toEqual([]);
  });

  test('is followed by polling where no WebSocket gets through, and the page says so', async () => {
    const client = await newOrg();
    const agent = keepOnline(await newFakeAgent(client));
    const { page, faults } = await browser.open({ client, token });
    await page.routeWebSocket('**/api/v1/watch*', (socket) => socket.close({ code: 1013 }));
    await page.clock.install();
    await page.goto('/hosts');
    await page.getByRole('article', { name: 'fake' }).waitFor();
    await sign(page, 'Reconnecting…');
    await client.call('POST', `/api/v1/hosts/${agent.hostId}/cordon`);
    await page.getByRole('article', { name: 'fake' }).getByText('Cordoned').waitFor();
    await page.clock.runFor(16_000);
    await sign(page, 'Polling');
    await page.getByText('Live updates are unavailable right now').waitFor({ state: 'attached' });
    await expectAccessible(page);
    expect(faults).toEqual([]);
  });

  test('reaches a person by their session too, and again after the link was lost', async () => {
    const client = await newOrg();
    const { browser: person } = await newPerson(client, 'viewer');
    const { page, faults } = await browser.open({ client, token: null });
    const [name = '', value = ''] = (person.cookie ?? '').split('=');
    await page.context().addCookies([{ name, value, url: client.url }]);
    let cut = () => {};
    let dialled = 0;
    await page.routeWebSocket('**/api/v1/watch*', (socket) => {
      dialled += 1;
      socket.connectToServer();
      cut = () => void socket.close({ code: 1012 });
    });
    await page.goto('/hosts');
    await sign(page, 'Live');
    cut();
    await until('it is dialled again', () => dialled === 2);
    await sign(page, 'Live');
    keepOnline(await newFakeAgent(client));
    await page
      .getByRole('article', { name: 'fake' })
      .getByText('Online', { exact: true })
      .waitFor();
    expect(faults).toEqual([]);
  });

  test('is said once not to be known while nothing answers, as of when, and is read again', async () => {
    const client = await newOrg();
    keepOnline(await newFakeAgent(client));
    const { page } = await browser.open({ client, token });
    await page.routeWebSocket('**/api/v1/watch*', (socket) => socket.close({ code: 1013 }));
    await page.clock.install();
    await page.goto('/hosts');
    await page.getByRole('article', { name: 'fake' }).waitFor();
    await page.route('**/api/**', (route) => route.abort());
    await page.clock.runFor(30_000);
    const banner = page
      .getByRole('alert')
      .filter({ hasText: 'The control plane is not responding' });
    await banner.getByText('You are seeing the state as of').waitFor();
    await sign(page, 'Unreachable');
    await page.getByRole('article', { name: 'fake' }).waitFor();
    await expectAccessible(page);
    await banner.getByRole('button', { name: 'Try again' }).click();
    await page.unroute('**/api/**');
    await page.clock.runFor(10_000);
    await banner.waitFor({ state: 'detached' });
  });

  test('a page whose file does not come says so where it would be, and comes when it can', async () => {
    const client = await newOrg();
    const { page } = await browser.open({ client, token });
    const gone = [/backends-page.*\.js/, '**/healthz'];
    for (const one of gone) await page.route(one, (route) => route.abort());
    await page.goto('/hosts');
    await page.getByRole('heading', { name: 'Hosts', exact: true }).waitFor();
    await page.getByRole('navigation').getByRole('link', { name: 'Backends' }).click();
    await page.getByText('This page could not be loaded').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('This page could not be loaded').waitFor();
    for (const one of gone) await page.unroute(one);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'Backends' }).waitFor();
  });

  test('a page whose file is gone, though the control plane answers, says that', async () => {
    const client = await newOrg();
    const { page } = await browser.open({ client, token });
    await page.route(/hosts-page.*\.js/, (route) => route.fulfill({ status: 404 }));
    await page.goto('/hosts');
    await page.getByText('A file of this page is missing').waitFor();
    expect(await page.getByText('The control plane is not responding').count()).toBe(0);
    await expectAccessible(page);
    await page.unroute(/hosts-page.*\.js/);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'Hosts', exact: true }).waitFor();
  });

  test('is on the cards of backends too: who uses them', async () => {
    const client = await newOrg();
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/backends');
    await sign(page, 'Live');
    const card = page.getByRole('article').filter({ hasText: 'vLLM' });
    await card.getByText('not in use').waitFor();
    const model = { source: 'huggingface', repo_id: 'Qwen/Qwen3-8B' };
    const spec = { name: 'model', backend_name: 'vLLM', model, replicas: 0 };
    const { status } = await client.call('POST', '/api/v1/deployments', spec);
    expect(status).toBe(201);
    await card.getByText('in use by 1 deployment').waitFor();
    await client.call('DELETE', '/api/v1/deployments/model');
    await card.getByText('not in use').waitFor();
    expect(faults).toEqual([]);
  });

  test('is told by a toast that leads to it, but not on its own page', async () => {
    const client = await newOrg();
    const agent = await newFakeAgent(client);
    await deploy(client);
    await obey(agent);
    const elsewhere = await browser.open({ client, token });
    const there = await browser.open({ client, token });
    await elsewhere.page.goto('/backends');
    await there.page.goto(`/hosts/${agent.hostId}`);
    await sign(elsewhere.page, 'Live');
    await sign(there.page, 'Live');
    // It says nothing any more.
    const toast = elsewhere.page.getByRole('alert').filter({ hasText: 'fake is offline' });
    await toast.waitFor({ timeout: 50_000 });
    await elsewhere.page.getByRole('alert').filter({ hasText: 'model is not serving' }).waitFor();
    await expectAccessible(elsewhere.page);
    await there.page.getByText('Offline', { exact: true }).first().waitFor();
    expect(await there.page.getByText('fake is offline').count()).toBe(0);
    await toast.getByRole('link', { name: 'Go to fake' }).click();
    await elsewhere.page.waitForURL(`**/hosts/${agent.hostId}`);
    await until('the toast is gone', async () => (await toast.count()) === 0);

    const main = elsewhere.page.getByRole('navigation', { name: 'Main' });
    await main.getByRole('link', { name: 'Backends' }).click();
    await agent.report(agent.launches.map((launch) => observed(launch, 'running')));
    await elsewhere.page.getByText('fake is back').waitFor();
    await elsewhere.page.getByText('model is available again').waitFor();
    expect([...elsewhere.faults, ...there.faults]).toEqual([]);
  });
});

describe.skipIf(inject('chromium') === null)("the API's reference", () => {
  const browser = useBrowser();

  test('is open to everybody, is searched by words, and shows all of an operation', async () => {
    const client = await newOrg();
    const { page, faults } = await browser.open({ client, token: null });
    await page.goto('/docs/api');
    await page.getByRole('heading', { name: 'Deployments', exact: true }).waitFor();
    await expectAccessible(page);
    await page.getByLabel('Filter operations').fill('deploy model');
    await page.waitForURL(/search=/);
    const button = page.getByRole('button', { name: /Deploy a model/ });
    await button.click();
    await page.getByText('Requires the role operator.').waitFor();
    await page.getByText(`curl -X POST '${client.url}/api/v1/deployments'`).waitFor();
    const body = page.getByRole('region', { name: 'Body' });
    await body.getByRole('button', { name: 'Fields of health' }).click();
    await body.getByText('start_timeout_seconds').waitFor();
    await expectAccessibleEverywhere(page);
    expect(page.url()).toMatch(/#createDeployment$/);
    await page.reload();
    await page.getByText('Requires the role operator.').waitFor();
    await page.getByLabel('Filter operations').fill('nothing has such words');
    await page.getByText('No operations match these words').waitFor();
    expect(faults).toEqual([]);
  });

  test('is a page of the shell for whoever is signed in', async () => {
    const client = await newOrg();
    const { page, faults } = await browser.open({ client, token: inject('stack').adminToken });
    await page.goto('/hosts');
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'API' }).click();
    await page.waitForURL('**/docs/api');
    await page.getByRole('button', { name: /watchOrg|\/api\/v1\/watch/ }).click();
    await page.getByText('Requires the role viewer.').waitFor();
    expect(faults).toEqual([]);
  });
});
