import type { Browser, Page } from 'playwright-core';
import type { Host } from '../../contract/host.ts';
import { desktop } from '../../test/support/chromium.ts';

/** Who looks, and where. */
export interface Visitor {
  browser: Browser;
  url: string;
  token: string;
}

/** A page of a browser that has nothing in its cache, signed in. */
export async function newPage({ browser, url, token }: Visitor): Promise<Page> {
  const context = await browser.newContext({ baseURL: url, viewport: desktop });
  await context.addInitScript((key) => sessionStorage.setItem('longshore:token', key), token);
  return context.newPage();
}

/** The scripts that a page asks for until its heading is there. */
export async function scriptsOf(visitor: Visitor, path: string): Promise<string[]> {
  const page = await newPage(visitor);
  const files: string[] = [];
  page.on('request', (request) => {
    if (request.resourceType() === 'script') files.push(new URL(request.url()).pathname.slice(1));
  });
  await page.goto(path, { waitUntil: 'networkidle' });
  await page.context().close();
  return [...new Set(files)];
}

export interface Shown {
  /** From the start of the navigation until anything is painted, and until the heading of the page is there. */
  paint_ms: number;
  heading_ms: number;
}

export async function firstContent(
  visitor: Visitor,
  path: string,
  heading: string,
): Promise<Shown> {
  const page = await newPage(visitor);
  await page.goto(path, { waitUntil: 'commit' });
  await page.getByRole('heading', { name: heading, exact: true }).waitFor();
  const shown = await page.evaluate(() => ({
    heading_ms: performance.now(),
    paint_ms: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
  }));
  await page.context().close();
  return shown;
}

/** When the watch is open everything is read once more. */
const settling_ms = 10_000;

/**
 * How often an open page asks the API for something while nobody does anything, once it is told of changes and has read
 * what it shows.
 */
export async function requestsWhileIdle(
  visitor: Visitor,
  path: string,
  idle_ms: number,
): Promise<number> {
  const page = await newPage(visitor);
  await page.goto(path);
  await page.getByText('Live', { exact: true }).waitFor();
  await page.waitForTimeout(settling_ms);
  let count = 0;
  page.on('request', (request) => {
    if (new URL(request.url()).pathname.startsWith('/api/')) count += 1;
  });
  await page.waitForTimeout(idle_ms);
  await page.context().close();
  return count;
}

/** Tells the page of `count` hosts that are like `host`, as the API would, 200 at a time. */
export async function pretendHosts(page: Page, host: Host, count: number): Promise<void> {
  const hosts = Array.from({ length: count }, (_, index) => ({
    ...host,
    id: `${host.id}-${index}`,
    name: `host-${index}`,
  }));
  await page.route(/\/api\/v1\/hosts(\?|$)/, async (route) => {
    const at = Number(new URL(route.request().url()).searchParams.get('cursor') ?? 0);
    const next_cursor = at + 200 < count ? String(at + 200) : null;
    await route.fulfill({
      headers: { 'longshore-request-id': 'req_pretended' },
      json: { items: hosts.slice(at, at + 200), next_cursor },
    });
  });
}
