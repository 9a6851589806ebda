import type { Page } from 'playwright-core';

export interface Scrolled {
  /** From one frame to the next. */
  frames_ms: number[];
  /** Of `selector`, at most at any time. */
  mostItems: number;
  /** Elements on the page at its end. */
  elements: number;
}

/** Scrolls the page to its end, some way in each frame. */
export function scrollThrough(page: Page, selector: string): Promise<Scrolled> {
  return page.evaluate(async (wanted) => {
    const pixelsAFrame = 60;
    const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
    const frames_ms: number[] = [];
    let mostItems = 0;
    let last = await frame();
    const end = () => document.documentElement.scrollHeight - window.innerHeight;
    for (let at = 0; at < end(); at += pixelsAFrame) {
      window.scrollTo(0, at);
      const now = await frame();
      frames_ms.push(now - last);
      last = now;
      mostItems = Math.max(mostItems, document.querySelectorAll(wanted).length);
    }
    return { frames_ms, mostItems, elements: document.querySelectorAll('*').length };
  }, selector);
}
