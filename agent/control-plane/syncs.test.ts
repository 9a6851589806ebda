import { describe, expect, test } from 'vitest';
import { type SyncReply, SyncRequest } from '../../contract/agent-protocol.ts';
import { manualClock, settled } from '../testing/manual-clock.ts';
import { recordedLog } from '../testing/recorded-log.ts';
import type { Credentials } from './credentials.ts';
import type { Answer, HttpClient } from './http-client.ts';
import type { Observation } from './observation.ts';
import { startSession } from './session.ts';
import { createSyncs } from './syncs.ts';

type Reply = Answer<SyncReply>;

const inventory: Observation['inventory'] = {
  hostname: 'h',
  os: 'linux',
  architecture: 'amd64',
  cpus: 1,
  memory_bytes: 1,
  address: '127.0.0.1',
  port_range: { first: 1, last: 2 },
  gpus: [],
  docker: null,
  model_sources: [],
  conditions: [],
};

function reply(changes: Partial<SyncReply> = {}): Reply {
  const body: SyncReply = {
    protocol: 1,
    era: 'e',
    desired: null,
    send_all: false,
    next_sync_ms: 3_600_000,
    ...changes,
  };
  return { kind: 'reply', reply: body, received: body };
}

function staleEpoch(epoch: number): Reply {
  const problem = {
    type: '',
    title: '',
    status: 409,
    code: 'stale_epoch',
    detail: '',
    help: '',
    request_id: '',
    epoch,
  };
  return { kind: 'problem', problem, retry_after_ms: null };
}

function refusal(status: number, code: string, retry_after_ms: number | null = null): Reply {
  const problem = { type: '', title: '', status, code, detail: '', help: '', request_id: '' };
  return { kind: 'problem', problem, retry_after_ms };
}

function fail(error: unknown): never {
  throw error;
}

const noAnswer: Reply = { kind: 'no_answer', detail: 'refused' };

/** Syncs whose every call waits until the test answers it. `random` is 0.5 throughout. */
async function bench(options: { linkUp?: boolean } = {}) {
  const clock = manualClock();
  const log = recordedLog();
  const waiting: ((answer: Reply) => void)[] = [];
  const sent: SyncRequest[] = [];
  const epochs: number[] = [];
  const client: HttpClient = {
    post: ({ body }) => {
      sent.push(SyncRequest.parse(JSON.parse(body)));
      // The caller's schema is the one of the replies that `answer` takes.
      return new Promise((resolve) => waiting.push(resolve as (answer: Reply) => void));
    },
    get: () => Promise.resolve({ kind: 'no_answer', detail: '' }),
    close() {},
  };
  const state = {
    linkUp: options.linkUp ?? true,
    observation: { complete: true, inventory, instances: [] } as Observation | null,
    conflicts: 0,
    standings: [] as (string | null)[],
    credentials: {
      secret: 's',
      pending: false,
      prepare: async () => {},
      offer: async () => null,
    } as Credentials,
    replies: 0,
  };
  const syncs = createSyncs({
    client,
    session: await startSession(
      {
        readEpoch: async () => 4,
        writeEpoch: async (epoch) => void epochs.push(epoch),
      },
      fail,
    ),
    credentials: state.credentials,
    onStanding: (refusal) => state.standings.push(refusal?.code ?? null),
    agent_version: '1',
    clock,
    random: () => 0.5,
    log,
    linkUp: () => state.linkUp,
    holding: () => ({ era: null, desired_revision: 0 }),
    observe: () => state.observation,
    onReply: () => void state.replies++,
    onConflict: () => void state.conflicts++,
  });
  const answer = async (given: Reply) => {
    const resolve = waiting.shift();
    if (!resolve) throw new Error('nothing was sent');
    resolve(given);
    await settled();
  };
  const change = (text: string, urgency: 'soon' | 'now' = 'now') => {
    state.observation = { complete: true, inventory: { ...inventory, os: text }, instances: [] };
    syncs.changed(urgency);
  };
  syncs.start();
  return { clock, log, sent, epochs, state, syncs, answer, change };
}

describe('when a sync is sent', () => {
  test('at once at the start, with everything', async () => {
    const { sent } = await bench();
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ seq: 1, epoch: 5, era: null, desired_revision: 0 });
    expect(sent[0]?.observed).not.toBeNull();
  });

  test('with a link: when the control plane said, without: every 5 s', async () => {
    const linked = await bench();
    await linked.answer(reply({ next_sync_ms: 60_000 }));
    await linked.clock.advance(59_999);
    expect(linked.sent).toHaveLength(1);
    await linked.clock.advance(1);
    expect(linked.sent).toHaveLength(2);

    const polling = await bench({ linkUp: false });
    await polling.answer(reply({ next_sync_ms: 60_000 }));
    await polling.clock.advance(5000);
    expect(polling.sent).toHaveLength(2);
  });

  test('a bell sends one at once; any number of bells during a flight send exactly one more', async () => {
    const { sent, syncs, answer } = await bench();
    syncs.bell();
    syncs.bell();
    syncs.bell();
    expect(sent).toHaveLength(1);
    await answer(reply());
    expect(sent).toHaveLength(2);
    await answer(reply());
    expect(sent).toHaveLength(2);
    syncs.bell();
    expect(sent).toHaveLength(3);
  });

  test('a link that falls does not leave the host silent for the rest of an hour', async () => {
    const { sent, syncs, state, answer, clock } = await bench();
    await answer(reply());
    state.linkUp = false;
    syncs.linkChanged();
    await clock.advance(5000);
    expect(sent).toHaveLength(2);
    await answer(reply());
    state.linkUp = true;
    syncs.linkChanged();
    expect(sent).toHaveLength(3);
  });

  test('news are sent at once, stages of a launch together after 250 ms', async () => {
    const { sent, answer, change, clock } = await bench();
    await answer(reply());
    change('a', 'now');
    expect(sent).toHaveLength(2);
    await answer(reply());
    change('b', 'soon');
    change('c', 'soon');
    await clock.advance(249);
    expect(sent).toHaveLength(2);
    await clock.advance(1);
    expect(sent).toHaveLength(3);
    expect(sent[2]?.observed?.inventory.os).toBe('c');
  });

  test('a change that is none sends nothing', async () => {
    const { sent, syncs, answer } = await bench();
    await answer(reply());
    syncs.changed('now');
    expect(sent).toHaveLength(1);
  });
});

describe('what is sent', () => {
  test('what the control plane has is not sent again', async () => {
    const { sent, syncs, answer, change } = await bench();
    await answer(reply());
    syncs.bell();
    expect(sent[1]).toMatchObject({ seq: 2, observed: null });
    expect(sent[1]?.observed_hash).toBe(sent[0]?.observed_hash);
    await answer(reply());
    change('other');
    expect(sent[2]?.observed).not.toBeNull();
    expect(sent[2]?.observed_hash).not.toBe(sent[0]?.observed_hash);
  });

  test('everything is sent at once when the control plane asks for it', async () => {
    const { sent, syncs, answer } = await bench();
    await answer(reply());
    syncs.bell();
    await answer(reply({ send_all: true }));
    expect(sent).toHaveLength(3);
    expect(sent[2]?.observed).not.toBeNull();
  });

  test('a control plane that asks for everything for ever is not asked in a tight loop', async () => {
    const { sent, answer, clock } = await bench();
    for (let round = 1; round <= 8; round++) {
      await answer(reply({ send_all: true }));
      expect(sent).toHaveLength(round);
      await clock.advance(15_000);
      expect(sent).toHaveLength(round + 1);
    }
  });

  test('while nothing is known yet nothing is claimed, and it follows as soon as it is known', async () => {
    const { sent, state, syncs, answer } = await bench();
    await answer(reply());
    state.observation = null;
    syncs.bell();
    expect(sent[1]).toMatchObject({ observed: null, observed_hash: 'not-known-yet' });
    await answer(reply({ send_all: true }));
    expect(sent).toHaveLength(2);
    state.observation = { complete: true, inventory, instances: [] };
    syncs.changed('now');
    expect(sent[2]?.observed).not.toBeNull();
  });
});

describe('no answer', () => {
  test('a retry is the same message, whatever changed meanwhile; the change follows', async () => {
    const { sent, answer, change, clock } = await bench();
    await answer(noAnswer);
    change('other');
    await clock.advance(500);
    expect(sent).toHaveLength(2);
    expect(sent[1]).toEqual(sent[0]);
    await answer(noAnswer);
    await clock.advance(30_000);
    expect(sent[2]).toEqual(sent[0]);
    change('newest');
    await answer(reply());
    expect(sent[3]).toMatchObject({ seq: 2, observed: { inventory: { os: 'newest' } } });
  });

  test('a change during a call that is never answered follows the retry that is', async () => {
    const { sent, answer, change, clock } = await bench();
    await answer(reply());
    change('one');
    await settled();
    const during = sent.length;
    change('two');
    // The change is told of while the first message is under way, which gets lost.
    await answer(noAnswer);
    await clock.advance(60_000);
    expect(sent[during]).toEqual(sent[during - 1]);
    await answer(reply());
    expect(sent.at(-1)?.observed?.inventory.os).toBe('two');
  });

  test('pauses grow to 30 s, of which the jitter takes half here', async () => {
    const { sent, answer, clock } = await bench();
    const pauses = [250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000];
    for (const [index, pause] of pauses.entries()) {
      await answer(noAnswer);
      await clock.advance(pause - 1);
      expect(sent).toHaveLength(index + 1);
      await clock.advance(1);
      expect(sent).toHaveLength(index + 2);
    }
  });

  test('a bell ends the pause', async () => {
    const { sent, syncs, answer, clock } = await bench();
    for (let failure = 0; failure < 6; failure++) {
      await answer(noAnswer);
      await clock.advance(15_000);
    }
    await answer(noAnswer);
    const before = sent.length;
    syncs.bell();
    expect(sent).toHaveLength(before + 1);
  });

  test('a server in trouble is no answer, and its Retry-After is kept', async () => {
    const { sent, answer, clock } = await bench();
    await answer(refusal(503, 'unavailable', 7000));
    await clock.advance(6999);
    expect(sent).toHaveLength(1);
    await clock.advance(1);
    expect(sent[1]).toEqual(sent[0]);
  });

  test('what the server refuses for good is not repeated as it was', async () => {
    const { sent, answer, clock } = await bench();
    await answer(refusal(400, 'invalid_request'));
    await clock.advance(500);
    expect(sent[1]?.seq).toBe(2);
  });

  test('it is logged once, and again when it is over', async () => {
    const { log, answer, clock } = await bench();
    for (let failure = 0; failure < 3; failure++) {
      await answer(noAnswer);
      await clock.advance(15_000);
    }
    await answer(reply());
    expect(log.events).toEqual([
      'no answer from the control plane',
      'the control plane answers again',
    ]);
  });
});

describe('epochs', () => {
  test('a process that was never accepted takes the next epoch, journalled before it is used', async () => {
    const { sent, epochs, state, answer } = await bench();
    expect(epochs).toEqual([5]);
    await answer(staleEpoch(11));
    expect(epochs).toEqual([5, 12]);
    expect(sent[1]).toMatchObject({ epoch: 12, seq: 2 });
    expect(sent[1]?.process_id).toBe(sent[0]?.process_id);
    expect(state.conflicts).toBe(0);
  });

  test('one that was accepted stops for good', async () => {
    const { sent, syncs, state, answer, clock, epochs } = await bench();
    await answer(reply());
    syncs.bell();
    await answer(staleEpoch(6));
    expect(state.conflicts).toBe(1);
    syncs.bell();
    await clock.advance(3_600_000);
    expect(sent).toHaveLength(2);
    expect(epochs).toEqual([5]);
  });

  test('two new processes do not outbid each other in a tight loop', async () => {
    const { sent, answer } = await bench();
    await answer(staleEpoch(11));
    await answer(staleEpoch(13));
    expect(sent).toHaveLength(2);
  });
});

test('after it was stopped nothing is sent, and a late answer changes nothing', async () => {
  const { sent, syncs, state, answer, clock } = await bench();
  syncs.stop();
  await answer(reply({ send_all: true }));
  await clock.advance(3_600_000);
  expect(sent).toHaveLength(1);
  expect(state.replies).toBe(0);
});
