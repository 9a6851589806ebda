import type { Locator } from 'playwright-core';
import { describe, expect, inject, test } from 'vitest';
import type { Deployment } from '../../contract/deployment.ts';
import { newApiToken } from '../support/access/team.ts';
import { expectAccessible, expectAccessibleEverywhere, useBrowser } from '../support/browser.ts';
import { type Client, newOrg } from '../support/client.ts';
import { definition } from '../support/definitions.ts';
import { changeDeployment, instancesOf, obey, readDeployment } from '../support/deployment.ts';
import { cudaGpu, inventoryWith, newFakeAgent, observed } from '../support/fake-agent.ts';
import { keepOnline } from '../support/keep-online.ts';
import { manyDeployments } from '../support/many-deployments.ts';
import { until } from '../support/until.ts';

const image = 'engine:1';

async function deploy(client: Client, change: Record<string, unknown> = {}): Promise<Deployment> {
  const spec = {
    name: 'model',
    image_name: image,
    run_command: 'serve --port {{port}}',
    ...change,
  };
  const { status, body } = await client.call<Deployment>('POST', '/api/v1/deployments', spec);
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body;
}

/** It has the focus, and says what is wrong with it. */
async function expectFocus(field: Locator, fault: string): Promise<void> {
  await field.and(field.page().locator(':focus')).waitFor();
  const ids = (await field.getAttribute('aria-describedby')) ?? '';
  const said = await field.page().evaluate(textOfAll, ids.split(' '));
  expect(said).toContain(fault);
}

function textOfAll(ids: string[]): string {
  return ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
}

function colourOfExample(field: Element): string {
  return getComputedStyle(field, '::placeholder').color;
}

/** Scrolls to the end in steps, one each frame, and gives how many rows there were at most. */
async function mostRowsWhileScrolling(): Promise<number> {
  let most = 0;
  for (let at = 0; at < document.documentElement.scrollHeight; at += 1000) {
    window.scrollTo(0, at);
    await new Promise((resolve) => requestAnimationFrame(resolve));
    most = Math.max(most, document.querySelectorAll('tr').length);
  }
  return most;
}

describe.skipIf(inject('chromium') === null)('the deployments', () => {
  const browser = useBrowser();
  const { adminToken: token } = inject('stack');

  test('a model is deployed by the form, and is watched until it runs, without reloading', async () => {
    const client = await newOrg();
    await client.call(
      'POST',
      '/api/v1/backends',
      definition({
        default_run_command: 'serve {{model_path}} --port {{port}} --level {{LEVEL}}',
        default_env: { LEVEL: 'info' },
        default_backend_param: ['--slots 4'],
        common_parameters: ['--threads'],
      }),
    );
    const agent = keepOnline(await newFakeAgent(client));
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/');
    await page.getByRole('heading', { name: 'Nothing is deployed yet' }).waitFor();
    await page.goto('/deploy?backend=engine');
    await page.getByText('Path on the host').click();
    await page.getByRole('textbox', { name: 'Path', exact: true }).fill('/models/mine');
    const panel = page.getByRole('complementary', { name: 'Preview' });
    await panel.getByText('--slots 4').waitFor();
    expect(await page.getByRole('combobox', { name: 'Parameter 1' }).inputValue()).toBe(
      '--slots 4',
    );
    await page.getByRole('button', { name: 'Add a variable' }).click();
    await page.getByLabel('Name of variable 1').fill('LEVEL');
    await page.getByLabel('Value of variable 1').fill('{{nobody}}');
    await panel.getByText("--level '{{nobody}}'").waitFor();
    await page.getByText(/^Warning: .*nobody/).waitFor();
    await page.getByLabel('Value of variable 1').fill('debug');
    await panel.getByText('serve /models/mine', { exact: false }).first().waitFor();
    await panel.getByText('LEVEL=debug').waitFor();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('model');
    await page.getByRole('button', { name: 'Deploy', exact: true }).click();
    await page.waitForURL(/\/deployments\/model$/);
    await agent.sync();
    const downloading = 'Downloading mine: 3.0 of 4.0 GB (75 %), 1 GB/s, about 1 s left';
    await agent.report(
      agent.launches.map((launch) =>
        observed(launch, 'downloading', { started_age_ms: null, message: downloading }),
      ),
    );
    const bar = page.getByRole('progressbar', { name: 'Model download' });
    await bar.waitFor();
    expect(await bar.getAttribute('aria-valuenow')).toBe('75');
    await obey(agent);
    await page.getByText('Serving: 1 of 1 ready').waitFor();
    await page.getByText('/v1/chat/completions').waitFor();
    await page.getByRole('button', { name: 'Launch spec' }).click();
    await page.getByRole('dialog').getByText('"instance_id"').waitFor();
    expect(faults).toEqual([]);
  });

  test('what is wrong lands on its field, and the first one has the focus', async () => {
    const client = await newOrg();
    await deploy(client);
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/deploy?backend=Custom');
    await page.getByText('None', { exact: true }).first().click();
    const imageField = page.getByRole('textbox', { name: 'Image', exact: true });
    const name = page.getByRole('textbox', { name: 'Name', exact: true });
    await page.getByRole('button', { name: 'Deploy', exact: true }).click();
    await expectFocus(imageField, 'Enter the image to run.');
    // What is only an example looks like one, also where something is wrong.
    const command = page.getByRole('textbox', { name: 'Command', exact: true });
    expect(await imageField.evaluate(colourOfExample)).toBe(
      await command.evaluate(colourOfExample),
    );
    await imageField.fill(image);
    await name.fill('model');
    await page.getByRole('button', { name: 'Deploy', exact: true }).click();
    await expectFocus(name, 'Choose another name, or delete that one first.');
    await name.fill('other');
    await page.getByRole('button', { name: 'Advanced' }).click();
    const shared = page.getByRole('textbox', { name: 'Time to start' });
    await shared.fill('999999');
    await page.getByRole('button', { name: 'Advanced' }).click();
    await page.getByRole('button', { name: 'Deploy', exact: true }).click();
    await expectFocus(shared, '');
    expect(faults).toEqual([]);
  });

  test("another backend brings its own parameters, and leaves none of the first one's", async () => {
    const client = await newOrg();
    const [one, two] = [
      definition({ backend_name: 'one', default_backend_param: ['--slots 4', '--quiet'] }),
      definition({ backend_name: 'two', default_backend_param: ['--threads 8'] }),
    ];
    for (const body of [one, two]) await client.call('POST', '/api/v1/backends', body);
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/deploy?backend=one&source=none');
    await page.getByRole('combobox', { name: 'Parameter 1' }).fill('--slots 8');
    const backend = page.getByRole('combobox', { name: 'Backend' });
    await backend.click();
    await page.getByRole('option', { name: 'two', exact: true }).click();
    const panel = page.getByRole('complementary', { name: 'Preview' });
    await panel.getByText('serve --port 20000 --threads 8 --slots 8', { exact: true }).waitFor();
    expect(faults).toEqual([]);
  });

  test('what is folded away says that something in it is marked', async () => {
    const client = await newOrg();
    await client.call('POST', '/api/v1/backends', definition());
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/deploy?backend=engine&source=none');
    const panel = page.getByRole('complementary', { name: 'Preview' });
    await page.getByRole('button', { name: 'Advanced', exact: true }).click();
    const entrypoint = page.getByRole('textbox', { name: 'Entrypoint' });
    await entrypoint.fill("sh 'x");
    const advanced = page.getByRole('button', { name: 'Advanced' });
    await advanced.click();
    await page.getByRole('button', { name: 'Advanced 1 error', exact: true }).waitFor();
    await expectAccessible(page);
    await advanced.click();
    await entrypoint.fill('sh -c');
    await advanced.click();
    await page.getByRole('button', { name: 'Advanced 1 warning', exact: true }).waitFor();
    await expectAccessible(page);
    await advanced.click();
    // What is dubious of the backend's command stands where it can be replaced.
    await page.getByText(/^Warning: .*\$0/).waitFor();
    expect(await panel.getByText('$0').count()).toBe(0);
    expect(faults).toEqual([]);
  });

  test('a pending one says why, host by host', async () => {
    const client = await newOrg();
    keepOnline(await newFakeAgent(client, inventoryWith({ gpus: [cudaGpu(0)] })));
    await deploy(client, { name: 'first', gpu: { count: 1 } });
    await deploy(client, { name: 'second', gpu: { count: 1 } });
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/deployments/second');
    await page.getByText('Waiting: no host fits right now').waitFor();
    const reasons = page.getByRole('table', { name: 'Why no host fits' });
    await reasons.getByRole('row', { name: /fake has 0 of 1 GPUs free/ }).waitFor();
    const how = page.getByRole('region', { name: 'Status' });
    expect(await how.getByText('1 host: 1 has').count()).toBe(0);
    await how.getByRole('link', { name: 'Add a host' }).waitFor();
    expect(faults).toEqual([]);
  });

  test('one that is in trouble says why in the list, and its row is as high as the others', async () => {
    const client = await newOrg();
    const agent = keepOnline(await newFakeAgent(client));
    await deploy(client);
    await obey(agent);
    await deploy(client, { name: 'pulls' });
    await deploy(client, { name: 'waits', gpu: { count: 1 } });
    const message = 'The pull of engine:1 failed for the 9th time: the registry does not answer.';
    await obey(agent, (launch) =>
      launch.deployment.name === 'pulls'
        ? observed(launch, 'pulling', { started_age_ms: null, message })
        : observed(launch, 'running'),
    );
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/deployments');
    const row = (name: string) => page.getByRole('row').filter({ hasText: name });
    await row('pulls').getByTitle(message).waitFor();
    await row('waits')
      .getByText(/^1 host: 1 has/)
      .waitFor();
    await row('model').getByText('Available').waitFor();
    expect(await row('model').getByText('ready.').count()).toBe(0);
    const heights = await page
      .getByRole('table', { name: 'Deployments' })
      .locator('tbody tr')
      .evaluateAll((rows) => rows.map((one) => one.getBoundingClientRect().height));
    expect(heights).toEqual([64, 64, 64]);
    expect(faults).toEqual([]);
  });

  test('it is scaled, changed with the difference shown, rolled back and deleted by its name', async () => {
    const client = await newOrg();
    const agent = keepOnline(await newFakeAgent(client));
    await deploy(client, { env: { A: '1' } });
    await obey(agent);
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/deployments/model');
    await page.getByRole('button', { name: 'Scale' }).click();
    // Refused by its field, and not made another number by itself.
    await page.getByLabel('Replicas').fill('99999');
    await page.getByRole('dialog').getByRole('button', { name: 'Scale' }).click();
    await page.locator('input[aria-invalid="true"]').and(page.locator(':focus')).waitFor();
    await page.getByRole('dialog').getByText('1000').waitFor();
    expect(await page.getByLabel('Replicas').inputValue()).toBe('99999');
    expect((await readDeployment(client)).replicas).toBe(1);
    await page.getByLabel('Replicas').fill('2');
    await page.getByRole('dialog').getByRole('button', { name: 'Scale' }).click();
    await until('it is scaled', async () => (await readDeployment(client)).replicas === 2);

    await page.getByRole('link', { name: 'Edit' }).click();
    await page.getByLabel('Value of variable 1').fill('2');
    // Somebody else is quicker.
    await changeDeployment(client, { cpus: 2 });
    await page.getByRole('button', { name: 'Review changes' }).click();
    const review = page.getByRole('dialog');
    await review.getByText('env / A').waitFor();
    expect(await review.getByRole('row').count()).toBe(2);
    await review.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Someone else has changed model').waitFor();
    await page.getByRole('button', { name: 'Show what they changed' }).click();
    await page.getByRole('cell', { name: 'cpus' }).waitFor();
    await page.getByRole('button', { name: 'Keep my changes on top of theirs' }).click();
    await page.getByRole('button', { name: 'Review changes' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.waitForURL(/\/deployments\/model$/);
    expect(await readDeployment(client)).toMatchObject({ env: { A: '2' }, cpus: 2, replicas: 2 });

    await page.getByRole('tab', { name: 'Revisions' }).click();
    await page.getByRole('button', { name: 'Roll back to 1' }).click();
    await page.getByRole('dialog').getByText('env / A').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Roll back' }).click();
    await until('it is back', async () => (await readDeployment(client)).env?.A === '1');

    await page.getByRole('button', { name: 'More actions for model' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    const confirm = page.getByRole('dialog').getByRole('button', { name: 'Delete' });
    expect(await confirm.isDisabled()).toBe(true);
    await page.getByLabel('Type model to delete it').fill('model');
    await confirm.click();
    await page.getByText('This deployment is being deleted').waitFor();
    await agent.sync();
    await agent.report([]);
    await page.getByRole('heading', { name: 'There is no deployment model' }).waitFor();
    expect(faults).toEqual([]);
  });

  test('one whose only host is drained is told so, and the host says what waits', async () => {
    const client = await newOrg();
    const agent = keepOnline(await newFakeAgent(client));
    await deploy(client);
    await obey(agent);
    await client.call('POST', `/api/v1/hosts/${agent.hostId}/drain`);
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/deployments/model?tab=nonsense');
    await page.getByText('Serving; its host fake is draining').waitFor();
    await page.getByText('Its instances move as soon as another host has room.').waitFor();
    await page.getByRole('row', { name: 'fake is cordoned' }).waitFor();
    expect(await page.getByText('rolling out revision').count()).toBe(0);
    const mark = (await instancesOf(client)).find(({ state }) => state === 'running')?.id.slice(-4);
    const timeline = page.getByRole('list', { name: 'Timeline' });
    await timeline.getByText(`#${mark} on fake`).first().waitFor();
    await page.getByRole('table', { name: 'Instances' }).getByText(`#${mark}`).waitFor();
    await page.goto(`/hosts/${agent.hostId}`);
    const left = page.getByRole('list', { name: 'Still on this host' });
    await left.getByText('1 instance of model, waiting: 1 host: 1 is cordoned').waitFor();
    expect(faults).toEqual([]);
  });

  test('who may only look is offered nothing that would be refused', async () => {
    const client = await newOrg();
    const agent = keepOnline(await newFakeAgent(client));
    await deploy(client, { env: { A: '1' } });
    await obey(agent);
    await changeDeployment(client, { env: { A: '2' } });
    const viewer = (await newApiToken(client, 'viewer')).token;
    const { page, faults } = await browser.open({ client, token: viewer });
    await page.goto('/deployments');
    await page.getByRole('link', { name: 'model' }).click();
    await page.getByRole('list', { name: 'Timeline' }).waitFor();
    for (const name of ['Start', 'Scale', 'Edit', 'More actions for model', 'Add a host']) {
      expect(await page.getByRole('button', { name }).count()).toBe(0);
      expect(await page.getByRole('link', { name, exact: true }).count()).toBe(0);
    }
    await page.getByRole('tab', { name: 'Revisions' }).click();
    await page.getByRole('list', { name: 'Revisions' }).waitFor();
    expect(await page.getByRole('button', { name: /^Roll back/ }).count()).toBe(0);
    for (const path of ['/deploy', '/deployments/model/edit']) {
      await page.goto(path);
      await page.getByRole('heading', { name: 'You have view-only access' }).waitFor();
    }
    expect(faults).toEqual([]);
  });

  test('what is not saved is not left without a question', async () => {
    const client = await newOrg();
    await deploy(client, { name: 'model' });
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/deployments/model');
    await page.getByRole('link', { name: 'Edit' }).click();
    const replicas = page.getByRole('textbox', { name: 'Replicas' });
    await replicas.fill('4');
    const question = page.getByRole('dialog', { name: 'Leave without saving?' });
    await page.getByRole('link', { name: 'Hosts' }).click();
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'detached' });
    await page.goBack();
    await question.waitFor();
    expect(new URL(page.url()).pathname).toBe('/deployments/model/edit');
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'detached' });
    expect(await replicas.inputValue()).toBe('4');
    const asked = page.waitForEvent('dialog');
    const reload = page.reload();
    await (await asked).accept();
    await reload;
    await replicas.fill('4');
    await page.goBack();
    await question.getByRole('button', { name: 'Leave' }).click();
    await page.waitForURL(/\/deployments\/model$/);

    // Once saved, and where nothing was written, nothing is asked.
    await page.getByRole('link', { name: 'Edit' }).click();
    await replicas.fill('3');
    await page.getByRole('button', { name: 'Review changes' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.waitForURL(/\/deployments\/model$/);
    await page.goto('/add-backend');
    await page.getByText('YAML', { exact: true }).click();
    await page.getByRole('textbox', { name: 'Definition in YAML' }).waitFor();
    await page.getByRole('link', { name: 'Hosts' }).click();
    await page.waitForURL(/\/hosts$/);
    await page.goto('/add-backend');
    await page.getByLabel('Description').fill('Mine');
    await page.getByRole('link', { name: 'Hosts' }).click();
    await question.getByRole('button', { name: 'Leave' }).click();
    await page.waitForURL(/\/hosts$/);
    expect(faults).toEqual([]);
  });

  test('500 of them scroll smoothly, and are found by the filters of the address', async () => {
    const client = await newOrg();
    await manyDeployments(client, 500);
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/deployments');
    const table = page.getByRole('table', { name: 'Deployments' });
    await table.getByRole('link').first().waitFor();
    expect(await table.getAttribute('aria-rowcount')).toBe('501');
    // What is not seen is not there: that is what keeps it smooth.
    expect(await page.evaluate(mostRowsWhileScrolling)).toBeLessThan(80);
    await table.getByRole('link', { name: 'many-499' }).waitFor();
    await page.getByLabel('Search deployments').fill('many-07');
    await page.waitForURL(/search=many-07/);
    await table.getByRole('link', { name: 'many-077' }).waitFor();
    expect(await table.getByRole('link').count()).toBe(10);
    await page.goto('/deployments?phase=failed');
    await page.getByRole('heading', { name: 'No deployments match these filters' }).waitFor();
    expect(faults).toEqual([]);
  });

  test('nothing keeps people out of them, in both themes, at a desk and on a phone', async () => {
    const client = await newOrg();
    const agent = keepOnline(await newFakeAgent(client));
    await deploy(client);
    await obey(agent);
    await deploy(client, { name: 'waiting', gpu: { count: 1 } });
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/deployments');
    await page.getByRole('link', { name: 'waiting' }).waitFor();
    await expectAccessibleEverywhere(page);
    await page.goto('/deployments/waiting');
    await page.getByRole('table', { name: 'Why no host fits' }).waitFor();
    await expectAccessibleEverywhere(page);
    await page.goto('/deployments/model');
    await page.getByText('Serving: 1 of 1 ready').waitFor();
    await page.getByRole('list', { name: 'Timeline' }).waitFor();
    await expectAccessibleEverywhere(page);
    await page.goto('/deployments/model/edit');
    await page.getByRole('button', { name: 'Advanced' }).click();
    await page.getByRole('complementary', { name: 'Preview' }).getByText('Image').waitFor();
    await expectAccessibleEverywhere(page);
    expect(faults).toEqual([]);
  }, 120_000);
});
