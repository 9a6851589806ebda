import type { Page } from 'playwright-core';
import { describe, expect, inject, test } from 'vitest';
import { newApiToken } from '../support/access/team.ts';
import {
  expectAccessibleAtEnds,
  expectAccessibleEverywhere,
  phone,
  useBrowser,
} from '../support/browser.ts';
import { type Client, newOrg } from '../support/client.ts';
import { newEnrolmentToken } from '../support/fake-agent.ts';
import { invite, newEmail, newPerson, password } from '../support/person.ts';
import { until } from '../support/until.ts';

/** Each dialog is looked at twice, and a look takes a second where others work too. */
const LOOKING_MS = 180_000;

async function fill(client: Client): Promise<void> {
  await client.call('PUT', '/api/v1/secrets/GHCR', { value: 'secret' });
  const login = { username: 'ci', password: '{{secrets.GHCR}}' };
  await client.call('PUT', '/api/v1/registries/ghcr.io', login);
  await client.call('PUT', '/api/v1/secrets/FREE', { value: 'secret' });
}

/** Looks at the dialog that `open` opens, and closes it. */
async function lookAtDialog(
  page: Page,
  open: () => Promise<void>,
  close = () => page.keyboard.press('Escape'),
): Promise<void> {
  await open();
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  await expectAccessibleAtEnds(page);
  await close();
  await dialog.waitFor({ state: 'hidden' });
}

describe.skipIf(inject('chromium') === null)('the settings', () => {
  const browser = useBrowser();
  const { adminToken: token } = inject('stack');

  async function openFilled(path: string) {
    const client = await newOrg();
    await fill(client);
    const { page, faults } = await browser.open({ client, token });
    await page.goto(path);
    const press = (name: string | RegExp) => page.getByRole('button', { name }).click();
    const choose = async (menu: string, item: string) => {
      await press(menu);
      await page.getByRole('menuitem', { name: item }).click();
    };
    return { client, page, faults, press, choose };
  }

  test('every page is reached from the palette, and on a phone by the navigation', async () => {
    const client = await newOrg();
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/deployments');
    await page.getByRole('navigation', { name: 'Main' }).waitFor();
    await page.keyboard.press('Control+K');
    await page.getByRole('textbox', { name: 'Search' }).fill('audit');
    await page.getByRole('button', { name: 'Audit log' }).click();
    await page.getByRole('heading', { name: 'Audit log', level: 1 }).waitFor();
    await page.keyboard.press('Control+K');
    await page.getByRole('textbox', { name: 'Search' }).fill('add a host');
    await page.getByRole('dialog').getByRole('button', { name: 'Add a host' }).click();
    const adding = page.getByRole('dialog', { name: 'Add a host' });
    await adding.waitFor();
    await page.keyboard.press('Escape');
    await adding.waitFor({ state: 'detached' });
    expect(new URL(page.url()).search).toBe('');

    await page.setViewportSize(phone);
    await page.getByRole('button', { name: 'Open the navigation' }).click();
    await page.getByRole('navigation', { name: 'Main' }).getByText('Settings').click();
    await page.waitForURL(/\/settings\/organisation$/);
    const links = page.getByRole('navigation', { name: 'Settings' });
    for (const name of await links.getByRole('link').allInnerTexts()) {
      await links.getByRole('link', { name }).click();
      await page.getByRole('heading', { name, level: 1 }).waitFor();
      const current = links.locator('[aria-current=page]');
      expect(await current.innerText()).toBe(name);
      const { x, width } = (await current.boundingBox()) ?? { x: -1, width: 0 };
      expect(x, name).toBeGreaterThanOrEqual(0);
      expect(x + width, name).toBeLessThanOrEqual(phone.width);
    }
    expect(faults).toEqual([]);
  });

  test('a dialog gives the focus back to what opened it', async () => {
    const client = await newOrg();
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/settings/secrets');
    const button = page.getByRole('button', { name: 'Add a secret' });
    await button.click();
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await until('the focus is back', () => button.evaluate((one) => one.matches(':focus')));

    await client.call('PUT', '/api/v1/secrets/ONE', { value: 'one' });
    await page.reload();
    const menu = page.getByRole('button', { name: 'Actions for ONE' });
    await menu.click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByLabel('Type ONE to delete it').fill('ONE');
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await until('the focus is at its menu', () => menu.evaluate((one) => one.matches(':focus')));
    await menu.click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByLabel('Type ONE to delete it').fill('ONE');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'No secrets yet' }).waitFor();
    const main = page.getByRole('main');
    await until('the page has it', () => main.evaluate((one) => one.matches(':focus')));
    expect(faults).toEqual([]);
  });

  test(
    'nothing keeps people out of the organisation',
    async () => {
      const { page, faults, press } = await openFilled('/settings/organisation');
      await page.getByRole('table', { name: 'Organisations' }).waitFor();
      await expectAccessibleEverywhere(page);
      await lookAtDialog(page, () => press('Change the limits'));
      await lookAtDialog(page, () => press('New organisation'));
      await lookAtDialog(page, () => press(/^Delete test-/));
      expect(faults).toEqual([]);
    },
    LOOKING_MS,
  );

  test(
    'nothing keeps people out of the members',
    async () => {
      const client = await newOrg();
      await invite(client, 'grace@example.test', 'viewer');
      const { email, browser: own } = await newPerson(client, 'admin');
      const { page, faults } = await browser.open({ client, token: null, cookie: own.cookie });
      await page.goto('/settings/members');
      const press = (name: string | RegExp) => page.getByRole('button', { name }).click();
      const choose = async (item: string) => {
        await press(`Actions for ${email}`);
        await page.getByRole('menuitem', { name: item }).click();
      };
      await page.getByRole('table', { name: 'Open invitations' }).waitFor();
      await expectAccessibleEverywhere(page);
      await lookAtDialog(page, () => choose('Change the role'));
      await lookAtDialog(page, () => choose('Remove'));
      await lookAtDialog(page, () => press(/^Leave/));
      await lookAtDialog(page, () => press(/^Revoke the invitation/));
      await lookAtDialog(page, () => press('Invite someone'));
      await press('Invite someone');
      await page.getByLabel('Email').fill(newEmail());
      const make = async () => {
        await press('Create the link');
        await page.getByText('/invitation#code=').waitFor();
      };
      await lookAtDialog(page, make, () => press('I have copied it'));
      expect(faults).toEqual([]);
    },
    LOOKING_MS,
  );

  test(
    'nothing keeps people out of the tokens',
    async () => {
      const { client, page, faults, press } = await openFilled('/settings/organisation');
      await newApiToken(client, 'viewer', { name: 'CI' });
      await newEnrolmentToken(client);
      await page.goto('/settings/tokens');
      await page.getByRole('table', { name: 'API tokens' }).waitFor();
      await page.getByRole('table', { name: 'Enrolment tokens' }).waitFor();
      await expectAccessibleEverywhere(page);
      await lookAtDialog(page, () => press('Revoke CI'));
      await lookAtDialog(page, () => press(/^Revoke the enrolment token/));
      await lookAtDialog(page, () => press('New API token'));
      await press('New API token');
      await page.getByLabel('Name').fill('other');
      const make = async () => {
        await press('Create the token');
        await page.getByRole('dialog').getByText(/^lsk_/).waitFor();
      };
      await lookAtDialog(page, make, () => press('I have copied it'));
      expect(faults).toEqual([]);
    },
    LOOKING_MS,
  );

  test(
    'nothing keeps people out of the secrets',
    async () => {
      const { page, faults, press, choose } = await openFilled('/settings/secrets');
      await page.getByRole('table', { name: 'Secrets' }).waitFor();
      await expectAccessibleEverywhere(page);
      await lookAtDialog(page, () => press('Add a secret'));
      await lookAtDialog(page, () => choose('Actions for GHCR', 'Replace the value'));
      await lookAtDialog(page, () => choose('Actions for GHCR', 'Delete'));
      await lookAtDialog(page, () => choose('Actions for FREE', 'Delete'));
      expect(faults).toEqual([]);
    },
    LOOKING_MS,
  );

  test(
    'nothing keeps people out of the registries',
    async () => {
      const { page, faults, press, choose } = await openFilled('/settings/registries');
      await page.getByRole('table', { name: 'Registries' }).waitFor();
      await expectAccessibleEverywhere(page);
      await lookAtDialog(page, () => press('Add a registry'));
      await lookAtDialog(page, () => choose('Actions for ghcr.io', 'Change'));
      await lookAtDialog(page, () => choose('Actions for ghcr.io', 'Delete'));
      expect(faults).toEqual([]);
    },
    LOOKING_MS,
  );

  test(
    'nothing keeps people out of the audit log',
    async () => {
      const { page, faults } = await openFilled('/settings/audit');
      const line = page.getByRole('listitem').filter({ hasText: 'Set the login' });
      await line.getByRole('button', { name: 'Show' }).click();
      await page.getByRole('table', { name: 'Differences' }).waitFor();
      await expectAccessibleEverywhere(page);
      expect(faults).toEqual([]);
    },
    LOOKING_MS,
  );

  test(
    'nothing keeps people out of their account',
    async () => {
      const client = await newOrg();
      const { email, browser: own } = await newPerson(client, 'viewer');
      await own.call('POST', '/api/auth/sign-in/password', { email, password });
      const { page, faults } = await browser.open({ client, token: null, cookie: own.cookie });
      await page.goto('/settings/account');
      await page.getByRole('table', { name: 'Sessions' }).waitFor();
      await expectAccessibleEverywhere(page);
      await lookAtDialog(page, () => page.getByRole('button', { name: /^End/ }).first().click());
      expect(faults).toEqual([]);
    },
    LOOKING_MS,
  );

  test('who may only look reads what they may, has nothing to press, and is told who may', async () => {
    const client = await newOrg();
    await fill(client);
    await newPerson(client, 'admin', 'ada@example.test');
    const { token: viewer } = await newApiToken(client, 'viewer');
    const { page, faults } = await browser.open({ client, token: viewer });
    const main = page.getByRole('main');
    /** All that can be pressed but copying, by its name. */
    const presses = async () => {
      const names = await main
        .getByRole('button')
        .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? one.textContent));
      return names.filter((name) => !name?.startsWith('Copy '));
    };
    const shown = {
      organisation: page.getByRole('meter', { name: 'Hosts in use' }),
      members: page.getByRole('table', { name: 'Members' }),
      secrets: page.getByRole('table', { name: 'Secrets' }),
      registries: page.getByRole('table', { name: 'Registries' }),
      tokens: page.getByRole('heading', { name: 'Administrators only' }),
      audit: page.getByRole('heading', { name: 'Administrators only' }),
    };
    await page.goto('/settings');
    for (const [name, sign] of Object.entries(shown)) {
      const navigation = page.getByRole('navigation', { name: 'Settings' });
      await navigation.locator(`a[href="/settings/${name}"]`).click();
      await sign.waitFor();
      await main.getByText('Ask an administrator of').waitFor();
      await main.getByText('ada@example.test').first().waitFor();
      expect(await presses(), name).toEqual([]);
    }
    await page.goto('/settings/account');
    await page.getByRole('heading', { name: 'A token has no account' }).waitFor();
    await expectAccessibleEverywhere(page);
    expect(faults).toEqual([]);
  });
});
