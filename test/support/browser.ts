import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject } from 'vitest';
import { desktop, launchChromium, phone } from './chromium.ts';
import type { Client } from './client.ts';

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);

export { desktop, phone };

export interface OpenOptions {
  client: Client;
  /** Null: nobody is signed in by one. */
  token: string | null;
  /** name=value of a person's session. */
  cookie?: string | null;
  viewport?: { width: number; height: number };
  scheme?: 'light' | 'dark';
}

/** One Chromium for a test file. Call it at the top of the file, inside what is skipped without a browser. */
export function useBrowser() {
  let browser: Browser;
  beforeAll(async () => {
    const executablePath = inject('chromium');
    if (executablePath === null) throw new Error('there is no Chromium');
    browser = await launchChromium(executablePath);
  });
  afterAll(() => browser?.close());

  return {
    /**
     * A page of a browser of its own, signed in with a token in an organisation. Its faults are collected in
     * `faults`: an error that nobody caught, a message of the console, a request that failed or left this machine.
     */
    async open({
      client,
      token,
      cookie = null,
      viewport = desktop,
      scheme = 'light',
    }: OpenOptions) {
      const context = await browser.newContext({
        viewport,
        colorScheme: scheme,
        baseURL: client.url,
        reducedMotion: 'reduce',
      });
      if (token !== null) {
        await context.addInitScript(
          ([key = '', orgId = '']) => {
            sessionStorage.setItem('longshore:token', key);
            localStorage.setItem('longshore:org', orgId);
          },
          [token, client.orgId],
        );
      }
      if (cookie !== null) {
        const [name = '', value = ''] = cookie.split('=');
        await context.addCookies([{ name, value, url: client.url }]);
      }
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      return { page, faults: watchFaults(page, client.url) };
    },
  };
}

function watchFaults(page: Page, origin: string): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    // A refusal that the page shows is a line of the console too.
    const isRefusal = /the server responded with a status of 4\d\d/.test(message.text());
    if (message.type() === 'error' && !isRefusal) faults.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const url = request.url();
    const isOwn = url.startsWith(origin) || /^(data|blob):/.test(url);
    if (!isOwn) faults.push(`leaves this machine: ${url}`);
  });
  return faults;
}

interface AxeResult {
  violations: { id: string; impact: string | null; help: string; nodes: { html: string }[] }[];
}

interface Axe {
  run(context: Document, options: Record<string, unknown>): Promise<AxeResult>;
}

/** Fails on what axe calls serious or critical on the page as it is now; of `colours` alone where only they changed. */
export async function expectAccessible(
  page: Page,
  of: 'everything' | 'colours' = 'everything',
): Promise<void> {
  const isThere = await page.evaluate(() => 'axe' in globalThis);
  // The policy of our pages lets no script in that they did not bring; this one is the browser's own.
  if (!isThere) await page.evaluate(axeSource);
  const { violations } = await page.evaluate(
    (rules) => {
      const { axe } = globalThis as unknown as { axe: Axe }; // the script above
      return axe.run(document, {
        resultTypes: ['violations'],
        ...(rules && { runOnly: { type: 'rule', values: rules } }),
      });
    },
    of === 'colours' ? ['color-contrast', 'link-in-text-block'] : null,
  );
  const grave = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' | ')}`);
  expect(grave, page.url()).toEqual([]);
}

/**
 * As `expectAccessible`, in both themes, at a desk and on a phone, without loading it again; and nothing stands beside
 * the screen. It is at a desk and light afterwards.
 */
export async function expectAccessibleEverywhere(page: Page): Promise<void> {
  for (const viewport of [phone, desktop]) {
    await show(page, viewport, 'dark');
    await expectAccessible(page);
    // A theme changes colours and nothing else.
    await show(page, viewport, 'light');
    await expectAccessible(page, 'colours');
  }
}

/** On a phone in the dark and at a desk in the light: half the time, for the many things that open over pages. */
export async function expectAccessibleAtEnds(page: Page): Promise<void> {
  await show(page, phone, 'dark');
  await expectAccessible(page);
  await show(page, desktop, 'light');
  await expectAccessible(page);
}

async function show(
  page: Page,
  viewport: typeof desktop,
  colorScheme: 'light' | 'dark',
): Promise<void> {
  await page.setViewportSize(viewport);
  await page.emulateMedia({ colorScheme });
  await page.locator(`:root[data-mantine-color-scheme=${colorScheme}]`).waitFor();
  await page.evaluate(coloursHaveCome);
  // What is drawn anew for another width is not at once.
  const width = () => page.evaluate(() => document.documentElement.scrollWidth);
  await expect.poll(width, { message: page.url() }).toBeLessThanOrEqual(viewport.width);
}

/** So that a test can see later that the page was never loaded anew. */
export async function markPage(page: Page): Promise<void> {
  await page.evaluate(() => {
    document.documentElement.dataset.sameAs = 'before';
  });
}

export async function expectNotReloaded(page: Page): Promise<void> {
  const mark = await page.evaluate(() => document.documentElement.dataset.sameAs);
  expect(mark, `${page.url()} was loaded anew`).toBe('before');
}

/** Half-way from one theme to the other a text has too little contrast for a moment. */
async function coloursHaveCome(): Promise<void> {
  const moving = document.getAnimations().filter((one) => one instanceof CSSTransition);
  await Promise.allSettled(moving.map(({ finished }) => finished));
}
