import { describe, expect, test } from 'vitest';
import { agreeOnApi } from './engine-client.ts';
import { label, readOwnLabels } from './labels.ts';
import { linesOf } from './lines.ts';
import { lastLines, readLogFrames } from './log-frames.ts';

test.each([
  ['1.41', '1.12', '1.41', '1.41'],
  ['1.41', '1.24', '1.50', '1.41'],
  ['1.41', '1.44', '1.52', '1.44'],
  ['1.41', '1.12', '1.39', '1.39'],
])(
  'wanting API %s of an engine that speaks %s to %s gives %s',
  (wanted, oldest, newest, agreed) => {
    expect(agreeOnApi(wanted, oldest, newest)).toBe(agreed);
  },
);

describe('readOwnLabels', () => {
  const own = {
    [label.host]: 'host_1',
    [label.instance]: 'ins_1',
    [label.generation]: '2',
    [label.specHash]: 'abc',
    [label.desired]: '7 era_1',
  };
  test('ours are read', () => {
    expect(readOwnLabels(own, 'host_1')).toEqual({
      instance_id: 'ins_1',
      generation: 2,
      spec_hash: 'abc',
      made_for: { era: 'era_1', revision: 7 },
    });
  });
  test.each([
    ['another host', { ...own, [label.host]: 'host_2' }],
    ['no host', { ...own, [label.host]: undefined }],
    ['no instance', { ...own, [label.instance]: undefined }],
    ['a generation that is none', { ...own, [label.generation]: '1.5' }],
    ['nothing', {}],
  ])('%s is not ours', (_what, labels) => {
    const given = Object.entries(labels).flatMap(([key, value]) => (value ? [[key, value]] : []));
    expect(readOwnLabels(Object.fromEntries(given), 'host_1')).toBeNull();
  });
});

test('lines are whole however the bytes are cut', async () => {
  const bytes = Buffer.from('{"a":"é"}\n\n{"b":2}\r\nrest');
  for (let size = 1; size < 8; size++) {
    const chunks = async function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    };
    const lines: string[] = [];
    for await (const line of linesOf(chunks())) lines.push(line.trim());
    expect(lines).toEqual(['{"a":"é"}', '{"b":2}', 'rest']);
  }
});

test('an endless line that comes in small parts is cut, and read in linear time', async () => {
  const part = Buffer.alloc(64, 'a');
  const longest = 128 * 1024;
  const chunks = async function* () {
    for (let at = 0; at < 4 * longest; at += part.length) yield part;
    yield Buffer.from('\nnext');
  };
  const lengths: number[] = [];
  const startedAt = process.cpuUsage();
  for await (const line of linesOf(chunks(), longest)) lengths.push(line.length);
  const { user, system } = process.cpuUsage(startedAt);
  expect(lengths).toEqual([longest, 4]);
  // It takes about 20 ms; many seconds where each part is added to all before it.
  expect((user + system) / 1000).toBeLessThan(1500);
});

describe('logs', () => {
  const frame = (text: string, stream = 1) => {
    const payload = Buffer.from(text);
    const head = Buffer.alloc(8);
    head[0] = stream;
    head.writeUInt32BE(payload.length, 4);
    return Buffer.concat([head, payload]);
  };
  test('both streams are read in their order', () => {
    expect(readLogFrames(Buffer.concat([frame('one\n'), frame('two\n', 2)]))).toBe('one\ntwo\n');
  });
  test('a cut frame gives what is there', () => {
    const bytes = frame('one two');
    expect(readLogFrames(bytes.subarray(0, 11))).toBe('one');
    expect(readLogFrames(bytes.subarray(0, 5))).toBe('');
  });
  test('the last lines come without blank ones, colours and controls', () => {
    const text = 'first\n\n\u001b[31mred\u001b[0m\r\nprogress 1%\rprogress 2%\n\ttab\u0007\n';
    expect(lastLines(text, 4)).toEqual(['red', 'progress 1%', 'progress 2%', '\ttab']);
  });
});
