import { expect, test } from 'vitest';
import { createStepPrinter } from './step-printer.ts';

function printerOn(isTTY: boolean) {
  const written: string[] = [];
  let time = 0;
  const screen = { isTTY, columns: 60, write: (text: string) => written.push(text) };
  const printer = createStepPrinter(screen, () => time);
  const pass = (milliseconds: number) => {
    time += milliseconds;
  };
  return { printer, written, pass };
}

test('without a terminal each step is one line, with what it went through', () => {
  const { printer, written } = printerOn(false);
  printer.step({ state: 'begun', name: 'Model' });
  printer.progress('pulling');
  printer.line('a notice');
  printer.progress('starting');
  printer.step({ state: 'done', name: 'Model', result: 'running', elapsed_ms: 1249 });
  expect(written).toEqual([
    'a notice\n',
    '  Model ................ pulling -> starting -> running (1.2 s)\n',
  ]);
});

test('on a terminal the step under way is redrawn on its line, with its time', () => {
  const { printer, written, pass } = printerOn(true);
  printer.step({ state: 'begun', name: 'Model' });
  pass(2000);
  printer.progress('pulling');
  printer.line('a notice');
  printer.step({ state: 'done', name: 'Model', result: 'running', elapsed_ms: 2500 });
  expect(written.join('|')).toBe(
    [
      '\r\x1b[K  Model ................ 0.0 s',
      '\r\x1b[K  Model ................ pulling 2.0 s',
      '\r\x1b[K|a notice\n',
      '\r\x1b[K  Model ................ pulling 2.0 s',
      '\r\x1b[K|  Model ................ pulling -> running (2.5 s)\n',
    ].join('|'),
  );
});

test.each([true, false])('a step that fails leaves its line (terminal: %s)', (isTTY) => {
  const { printer, written } = printerOn(isTTY);
  printer.step({ state: 'begun', name: 'Model' });
  printer.abandon();
  printer.abandon();
  expect(written.at(-1)).toMatch(/\n$/);
  expect(written.join('').match(/\n/g)).toHaveLength(1);
});
