import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeControlPlane } from '../testing/fake-control-plane.ts';
import { manualClock } from '../testing/manual-clock.ts';
import { recordedLog } from '../testing/recorded-log.ts';
import { type Link, openLink } from './link.ts';

const secret = `lsh_${'a'.repeat(43)}`;
let control: FakeControlPlane;
let link: Link | undefined;
beforeEach(async () => {
  control = new FakeControlPlane();
  await control.start();
  control.addHost({ host_id: 'host_1', install_id: 'i'.repeat(16), secret });
});
afterEach(async () => {
  link?.close();
  await control.stop();
});

function open(clock = manualClock()) {
  const heard: string[] = [];
  const listeners = new Set<() => void>();
  const tell = (word: string) => {
    heard.push(word);
    for (const listener of listeners) listener();
  };
  const log = recordedLog();
  for (const level of ['info', 'warn'] as const) {
    const record = log[level];
    log[level] = (event) => {
      record(event);
      tell(`log: ${event}`);
    };
  }
  link = openLink({
    url: control.url,
    secret: () => secret,
    refused: () => false,
    user_agent: 'test',
    clock,
    random: () => 0.5,
    log,
    onUp: () => tell('up'),
    onDown: () => tell('down'),
    onBell: (revision) => tell(`bell ${revision}`),
  });
  const hear = (word: string) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!heard.includes(word)) return;
        listeners.delete(look);
        resolve();
      };
      listeners.add(look);
      look();
    });
  return { clock, heard, hear, opened: link };
}

describe('link', () => {
  test('a doorbell is heard', async () => {
    const { hear, opened } = open();
    await hear('up');
    expect(opened.up).toBe(true);
    control.desire('host_1', []);
    await hear('bell 1');
  });

  test('a link that falls is opened again within 15 s', async () => {
    const { clock, hear, heard, opened } = open();
    await hear('up');
    control.dropLinks();
    await hear('down');
    expect(opened.up).toBe(false);
    heard.length = 0;
    await clock.advance(7499);
    expect(control.linkCount).toBe(0);
    await clock.advance(1);
    await hear('up');
  });

  test.each([401, 404, 426, 502, 'lose_reply'] as const)(
    'an upgrade answered by %s is tried again, ever more slowly',
    async (status) => {
      control.refuseLinks = status;
      const { clock, heard, hear, opened } = open();
      await hear('log: no link, polling instead');
      expect(opened.up).toBe(false);
      expect(heard).not.toContain('down');
      control.refuseLinks = null;
      await clock.advance(500);
      await hear('up');
    },
  );

  test('a half-open link is given up when a ping gets no answer', async () => {
    const { clock, hear } = open();
    await hear('up');
    control.deaf = true;
    // The first pong may still be on its way: then the next ping is the one without an answer.
    await clock.advance(8000);
    await clock.advance(8000);
    await hear('down');
  });

  test('closing is for good', async () => {
    const { clock, hear, heard, opened } = open();
    await hear('up');
    opened.close();
    await control.waitFor(() => control.linkCount === 0);
    await clock.advance(60_000);
    expect(control.linkCount).toBe(0);
    expect(heard).not.toContain('down');
  });
});
