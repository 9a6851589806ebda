import { type Browser, chromium } from 'playwright-core';

export const desktop = { width: 1280, height: 800 };
export const phone = { width: 390, height: 844 };

/** Nothing of the browser's own goes out. */
const quietFlags = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: quietFlags });
}
