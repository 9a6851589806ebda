import { expect, test } from 'vitest';
import { bytesInWords, pullInWords, watchPull, watchSteps } from './pull-progress.ts';
import type { PullLine } from './replies.ts';

/** As Moby 28 tells a pull of three layers, one of which is here. */
const lines: PullLine[] = [
  { status: 'Pulling from library/engine', id: '1.0' },
  { status: 'Already exists', id: 'a', progressDetail: {} },
  { status: 'Pulling fs layer', id: 'b', progressDetail: {} },
  { status: 'Pulling fs layer', id: 'c', progressDetail: {} },
  { status: 'Waiting', id: 'c', progressDetail: {} },
  { status: 'Downloading', id: 'b', progressDetail: { current: 1e9, total: 3e9 } },
  { status: 'Downloading', id: 'c', progressDetail: { current: 2e8, total: 1e9 } },
  { status: 'Verifying Checksum', id: 'b', progressDetail: {} },
  { status: 'Extracting', id: 'b', progressDetail: { current: 5e8, total: 3e9 } },
  { status: 'Pull complete', id: 'b', progressDetail: {} },
  { status: 'Download complete', id: 'c', progressDetail: {} },
  { status: 'Pull complete', id: 'c', progressDetail: {} },
  { status: 'Status: Downloaded newer image for engine:1.0' },
];

test('the layers are added up; what was here before is done and no byte of it counts', () => {
  const watch = watchPull();
  const told = lines.map((line) => watch.take(line));
  expect(told.slice(0, 5)).toEqual([null, null, null, null, null]);
  expect(told[5]).toEqual({
    bytes_done: 1e9,
    bytes_total: 3e9,
    layers_done: 1,
    layers: 3,
    all_known: false,
  });
  expect(told[6]).toMatchObject({ bytes_done: 1.2e9, bytes_total: 4e9, all_known: true });
  expect(told[8]).toMatchObject({ bytes_done: 3.2e9, layers_done: 1 });
  expect(told[12]).toMatchObject({ bytes_done: 4e9, bytes_total: 4e9, layers_done: 3, layers: 3 });
});

test('an image that is here in its newest form is not pulled', () => {
  const watch = watchPull();
  const upToDate = [lines[0], lines[1], { status: 'Status: Image is up to date for engine:1.0' }];
  expect(upToDate.map((line) => watch.take(line ?? {}))).toEqual([null, null, null]);
});

test('in words', () => {
  const progress = { bytes_done: 1.23e9, bytes_total: 4.1e9, layers_done: 3, layers: 7 };
  expect(pullInWords({ ...progress, all_known: true })).toBe('1.2 GB of 4.1 GB, 3 of 7 layers');
  expect(pullInWords({ ...progress, all_known: false })).toBe(
    '1.2 GB of more than 4.1 GB, 3 of 7 layers',
  );
  expect([999, 5_400_000, 54_000_000].map(bytesInWords)).toEqual(['1 kB', '5.4 MB', '54 MB']);
});

test('a step is what was not said before, and never that something is tried again', () => {
  const { isStep } = watchSteps();
  expect(lines.map(isStep)).toEqual(lines.map(() => true));
  // containerd's store says where each layer is ten times a second, moved or not.
  const stuck = { status: 'Downloading', id: 'd', progressDetail: { current: 5, total: 9 } };
  expect([stuck, stuck, stuck].map(isStep)).toEqual([true, false, false]);
  expect(isStep({ ...stuck, progressDetail: { current: 6, total: 9 } })).toBe(true);
  const retries = [5, 4, 3].map((left) => ({ status: `Retrying in ${left} seconds`, id: 'd' }));
  expect(retries.map(isStep)).toEqual([false, false, false]);
});
