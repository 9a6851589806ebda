import { expect, test } from 'vitest';
import type { BackendVersion } from '../../../../contract/backend.ts';
import type { Host } from '../../../../contract/host.ts';
import { versionChoices } from './version-choices.ts';

const version = (name: string, change: Partial<BackendVersion>): BackendVersion => ({
  version: name,
  image_name: 'x',
  custom_framework: 'cuda',
  deprecated: false,
  is_built_in: true,
  is_default: false,
  in_use_by: [],
  ...change,
});

function host(architecture: string, ...frameworks: string[]): Pick<Host, 'inventory'> {
  const gpus = frameworks.map((framework, index) => ({
    framework,
    index,
    uuid: `${index}`,
    name: 'x',
    memory_bytes: 1,
  }));
  const inventory: NonNullable<Host['inventory']> = {
    hostname: 'x',
    os: 'x',
    architecture,
    cpus: 1,
    memory_bytes: 1,
    address: '10.0.0.1',
    port_range: { first: 1, last: 2 },
    gpus,
    docker: null,
    model_sources: [],
    conditions: [],
  };
  return { inventory };
}

const versions = [
  version('3', { custom_framework: 'rocm' }),
  version('2', { custom_framework: 'cuda', architectures: ['arm64'] }),
  version('1', { custom_framework: 'cuda', is_default: true }),
  version('0', { custom_framework: 'cpu' }),
];

test('what fits a host comes first, and the others say why they do not', () => {
  const choices = versionChoices(versions, [host('amd64', 'cuda')]);
  expect(choices.map(({ version, why }) => [version, why])).toEqual([
    ['1', null],
    ['0', null],
    ['3', 'no host has a rocm GPU'],
    ['2', 'no host that has cuda is arm64'],
  ]);
});

test('without a host nothing fits, in the order of the versions', () => {
  const choices = versionChoices(versions, []);
  expect(choices.map(({ version }) => version)).toEqual(['3', '2', '1', '0']);
  expect(choices.every(({ why }) => why === 'no host is enrolled yet')).toBe(true);
});
