import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, inject, test } from 'vitest';
import type { Host } from '../../contract/host.ts';
import type { NewSignInLink } from '../../contract/people.ts';
import { startAgentProcess } from '../support/agent-process.ts';
import { expectNotReloaded, markPage, useBrowser } from '../support/browser.ts';
import { type Client, newOrg } from '../support/client.ts';
import { standInYaml } from '../support/definitions.ts';
import { instancesOf } from '../support/deployment.ts';
import { docker } from '../support/docker.ts';
import { newEmail } from '../support/person.ts';
import { until } from '../support/until.ts';

/** Containers start, and a busy machine takes its time. */
const slow = { timeout: 45_000 };

const run = promisify(execFile);

/** What a person would paste into a shell. */
async function paste(command: Locator): Promise<string> {
  return (await run('sh', ['-c', await command.innerText()])).stdout;
}

async function signInLink(client: Client): Promise<string> {
  const input = { email: newEmail(), role: 'admin' };
  const path = '/api/v1/sign-in-links';
  return (await client.call<NewSignInLink>('POST', path, input)).body.url;
}

/** By a few letters, as who knows the palette does. */
async function goTo(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+k');
  const search = page.getByRole('dialog').getByLabel('Search');
  await search.fill(name);
  await page.getByRole('dialog').getByRole('button', { name }).first().waitFor();
  await search.press('ArrowDown');
  await search.press('Enter');
}

/** Of both instances, once they run the revision and nothing of another is left. */
function addressesOf(client: Client, revision: number): Promise<string[]> {
  return until(`only revision ${revision} runs`, async () => {
    const all = await instancesOf(client, 'chat');
    const urls = all.flatMap(({ deployment_revision: of, state, url }) =>
      of === revision && state === 'running' && url !== null ? [url] : [],
    );
    return all.length === 2 && urls.length === 2 && urls;
  });
}

async function environmentOf(url: string): Promise<Record<string, string>> {
  const answer = (await (await fetch(`${url}/stand-in`)).json()) as { env: Record<string, string> };
  return answer.env;
}

const hasNoStack = inject('chromium') === null || inject('dockerSocket') === null;

describe.skipIf(hasNoStack)('with real containers', () => {
  const browser = useBrowser();
  const { adminToken: token } = inject('stack');

  test('a link leads from nothing to an answer by the command that the page shows, without reloading', async () => {
    const client = await newOrg();
    const { page, faults } = await browser.open({ client, token: null });
    await page.goto(await signInLink(client));
    await markPage(page);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Get started' }).waitFor();
    const step = (name: string) => page.getByRole('listitem', { name, exact: true });
    await page.getByText('0 of 4 done').waitFor();

    await step('A host').getByRole('button', { name: 'Create the command' }).click();
    const command = await step('A host').getByText('--token lse_').innerText();
    await startAgentProcess(client, { token: command.split(' ').at(-1) ?? '' });
    await step('A host').getByRole('link', { name: 'test-host' }).first().waitFor(slow);
    await step('A host').getByText('Done').waitFor(slow);

    await step('A backend').getByRole('link', { name: 'Add one of your own' }).click();
    await page.getByText('YAML', { exact: true }).click();
    await page.getByRole('textbox', { name: 'Definition in YAML' }).fill(standInYaml());
    await page.getByRole('button', { name: 'Add backend' }).click();
    await page.waitForURL(/\/backends\/stand-in$/);
    await goTo(page, 'Get started');
    await step('A backend').getByRole('link', { name: 'stand-in' }).waitFor();
    await step('A deployment').getByRole('button', { name: 'Deploy hello' }).click();
    await step('A first answer').getByText('Ready to try').waitFor(slow);

    const answer = await paste(step('A first answer').getByText('/v1/chat/completions'));
    expect(answer).toContain('Hello! Who are you?');
    await step('A deployment').getByRole('link', { name: 'hello' }).click();
    await page.getByText('Serving: 1 of 1 ready').waitFor();
    expect(await paste(page.getByText('/v1/chat/completions'))).toContain('Hello!');
    await expectNotReloaded(page);
    expect(faults).toEqual([]);
  }, 180_000);

  test('a deployment is watched while it is scaled, changed, rolled back and its host is emptied, without reloading', async () => {
    const client = await newOrg();
    const agent = await startAgentProcess(client);
    await client.call('POST', '/api/v1/backends', undefined, { yaml: standInYaml() });
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/deploy?backend=stand-in&source=none&name=chat');
    await markPage(page);
    await page.getByRole('complementary', { name: 'Preview' }).getByText('serve').first().waitFor();
    await page.getByRole('button', { name: 'Deploy', exact: true }).click();
    await page.waitForURL(/\/deployments\/chat$/);
    await page.getByText('Serving: 1 of 1 ready').waitFor(slow);
    const running = page
      .getByRole('table', { name: 'Instances' })
      .getByText('Running', { exact: true });
    expect(await running.count()).toBe(1);

    await page.getByRole('button', { name: 'Scale' }).click();
    await page.getByLabel('Replicas').fill('2');
    await page.getByRole('dialog').getByRole('button', { name: 'Scale' }).click();
    await page.getByText('Serving: 2 of 2 ready').waitFor(slow);
    await running.nth(1).waitFor(slow);
    expect(await docker().containersOf(agent.hostId)).toHaveLength(2);

    await page.getByRole('link', { name: 'Edit' }).click();
    await page.getByRole('button', { name: 'Add a variable' }).click();
    await page.getByLabel('Name of variable 1').fill('COLOUR');
    await page.getByLabel('Value of variable 1').fill('green');
    await page.getByRole('button', { name: 'Review changes' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.waitForURL(/\/deployments\/chat$/);
    await page.getByText('Serving; rolling out revision 3').waitFor(slow);
    await page.getByText('Serving: 2 of 2 ready').waitFor(slow);
    for (const url of await addressesOf(client, 3)) {
      expect(await environmentOf(url)).toMatchObject({ COLOUR: 'green' });
    }

    await page.getByRole('tab', { name: 'Revisions' }).click();
    await page.getByText('Revision 3 · newest · known good').waitFor(slow);
    await page.getByRole('button', { name: 'Roll back to 2' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Roll back' }).click();
    await page.getByText('Revision 4 · newest · known good').waitFor(slow);
    await page.getByText('Serving: 2 of 2 ready').waitFor(slow);
    for (const url of await addressesOf(client, 4)) {
      expect(await environmentOf(url)).not.toHaveProperty('COLOUR');
    }

    await goTo(page, 'Hosts');
    await page.getByRole('link', { name: 'test-host' }).click();
    await page
      .getByRole('table', { name: 'Launches' })
      .getByText('Running', { exact: true })
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Drain' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Drain' }).click();
    await page.getByText('This host is draining').waitFor();
    const host = await client.call<Host>('GET', `/api/v1/hosts/${agent.hostId}`);
    expect(host.body).toMatchObject({ draining: true, schedulable: false });

    // No other host is there: what is new waits, and says so.
    await goTo(page, 'chat');
    await page.getByText('Serving', { exact: false }).first().waitFor();
    await page.getByRole('button', { name: 'Scale' }).click();
    await page.getByLabel('Replicas').fill('3');
    await page.getByRole('dialog').getByRole('button', { name: 'Scale' }).click();
    const why = page.getByRole('table', { name: 'Why no host fits' });
    await why.getByRole('row', { name: /test-host/ }).waitFor(slow);
    await until('nothing of what runs was taken away', async () => {
      return (await docker().containersOf(agent.hostId)).length === 2;
    });
    await expectNotReloaded(page);
    expect(faults).toEqual([]);
  }, 180_000);
});
