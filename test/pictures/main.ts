import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, BrowserContext } from 'playwright-core';
import type { NewSignInLink } from '../../contract/people.ts';
import { createInterrupts } from '../../local/interrupts.ts';
import { noRateLimits } from '../../local/no-rate-limits.ts';
import type { Stack } from '../../local/stack.ts';
import { startStack } from '../../local/start-stack.ts';
import { createUndoList } from '../../local/undo.ts';
import { desktop, launchChromium, phone } from '../support/chromium.ts';
import { type Client, clientAt } from '../support/client-at.ts';
import { findDebianProgram } from '../support/debian-program.ts';
import { fillOrganisation } from './organisation.ts';
import { type View, viewsOf } from './views.ts';

/**
 * Takes a picture of every page of the dashboard, at a desk and on a phone, in both themes, into `screenshots/`:
 * `npm run screenshots -- [--only PATTERN] [--full]`.
 */
const root = resolve(import.meta.dirname, '../..');
const folder = join(root, 'screenshots');

const sizes = { desktop, phone };
const schemes = ['light', 'dark'] as const;

async function newOrganisation(stack: Stack, name: string): Promise<Client> {
  const platform = clientAt(stack.url, stack.adminToken, 'org_default');
  const { body } = await platform.call<{ id: string }>('POST', '/api/v1/orgs', { name });
  return clientAt(stack.url, stack.adminToken, body.id);
}

/** A browser of somebody who administers the organisation. */
async function signIn(browser: Browser, client: Client, name: string): Promise<BrowserContext> {
  const email = `${name.toLowerCase()}@harbour.example`;
  const input = { email, name, role: 'admin' };
  const { body } = await client.call<NewSignInLink>('POST', '/api/v1/sign-in-links', input);
  const context = await browser.newContext({ baseURL: client.url, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(body.url);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  await page.close();
  return context;
}

async function take(context: BrowserContext, view: View, isFull: boolean): Promise<void> {
  for (const [size, viewport] of Object.entries(sizes)) {
    const page = await context.newPage();
    await page.setViewportSize(viewport);
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.goto(view.path);
      await page.getByRole('heading').first().waitFor();
      await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' });
      await view.prepare?.(page);
      // What is read after something was pressed, and fonts. Nothing is judged by it.
      await page.waitForTimeout(400);
      const path = join(folder, `${view.name}-${size}-${colorScheme}.png`);
      await page.screenshot({ path, fullPage: isFull });
    }
    await page.close();
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { only: { type: 'string', default: '' }, full: { type: 'boolean', default: false } },
  });
  const only = new RegExp(values.only);
  const { signal, onForce } = createInterrupts();
  const undo = createUndoList();
  try {
    const executable = await findDebianProgram('chromium', 'chromium');
    if (executable === null) throw new Error('pictures need a Chromium');
    const home = mkdtempSync(join(tmpdir(), 'longshore-pictures-'));
    undo.add(() => rmSync(home, { recursive: true, force: true }));
    const stack = await startStack({ home, port: 0, agent: false, settings: noRateLimits, signal });
    undo.add(() => stack.stop());
    onForce(() => stack.kill());
    const browser = await launchChromium(executable);
    undo.add(() => browser.close());
    const client = await newOrganisation(stack, 'harbour');
    const fleet = await fillOrganisation(client);
    undo.add(() => fleet.stop());
    const filled = await signIn(browser, client, 'Ada');
    const empty = await signIn(browser, await newOrganisation(stack, 'new'), 'Grace');
    mkdirSync(folder, { recursive: true });
    for (const view of viewsOf(fleet.agents)) {
      signal.throwIfAborted();
      if (!only.test(view.name)) continue;
      await take(view.isEmpty ? empty : filled, view, values.full);
      console.log(view.name);
    }
  } finally {
    await undo.run();
  }
}

await main();
