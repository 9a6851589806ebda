import { expect, test } from 'vitest';
import { dockerArchitecture, prettyName, readHostFacts } from './host.ts';
import { programRunner } from './machine.ts';

test('the name of the system comes from os-release', () => {
  expect(
    prettyName('NAME="Debian"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n'),
  ).toBe('Debian GNU/Linux 12 (bookworm)');
  expect(prettyName("PRETTY_NAME='Arch Linux'")).toBe('Arch Linux');
  expect(prettyName('ID=x')).toBeNull();
});

test("architectures are in Docker's words", () => {
  expect(['x64', 'arm64', 's390x'].map(dockerArchitecture)).toEqual(['amd64', 'arm64', 's390x']);
});

test('this machine has a processor and memory', async () => {
  const facts = await readHostFacts();
  expect(facts.cpus).toBeGreaterThan(0);
  expect(facts.memory_bytes).toBeGreaterThan(0);
  expect(facts.os).not.toBe('');
});

test('a program that hangs is killed after its time', async () => {
  const ran = await programRunner(50)('sleep', ['60']);
  expect(ran).toEqual({ exit_code: null, not_found: false, stdout: '', stderr: '' });
});
