import type { Page } from 'playwright-core';

export interface Scrolled {
  /** From one frame to the next. */
  frames_ms: number[];
  /** Of `selector`, at most at any time. */
  mostItems: number;
  /** Elements on the page at its end. */
  elements: number;
}

/** Scrolls the page down, 120 pixels in each frame, to its end or for 300 frames. */
export function scrollThrough(page: Page, selector: string): Promise<Scrolled> {
  // Without functions of its own: what names them for stack traces is not there in the page.
  return page.evaluate(async (wanted) => {
    const frames_ms: number[] = [];
    let mostItems = 0;
    let last = 0;
    for (let frame = 0; frame < 300; frame += 1) {
      const at = frame * 120;
      if (at > document.documentElement.scrollHeight - window.innerHeight) break;
      window.scrollTo(0, at);
      const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
      if (last > 0) frames_ms.push(now - last);
      last = now;
      mostItems = Math.max(mostItems, document.querySelectorAll(wanted).length);
    }
    return { frames_ms, mostItems, elements: document.querySelectorAll('*').length };
  }, selector);
}
