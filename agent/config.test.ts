import { describe, expect, test } from 'vitest';
import { ConfigError, readCommandLine, type Settings } from './config.ts';

function settings(argv: string[], env: Record<string, string> = {}): Settings {
  const line = readCommandLine(argv, env);
  if (line.kind !== 'settings') throw new Error(line.kind);
  return line.settings;
}

describe('readCommandLine', () => {
  test('defaults suit a host', () => {
    expect(settings(['run'])).toMatchObject({
      command: 'run',
      url: null,
      token: null,
      state: '/var/lib/longshore',
      models: '/var/lib/longshore/models',
      models_limit_bytes: null,
      images_high_percent: 85,
      images_low_percent: 75,
      hub_url: 'https://huggingface.co',
      ports: { first: 20000, last: 20999 },
      labels: {},
      docker_socket: '/var/run/docker.sock',
      link: true,
      json_logs: false,
      stop_containers_on_exit: false,
    });
    expect(settings(['run']).name).not.toBe('');
    expect(settings(['run']).address).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
  });

  test('the environment stands in for a flag that is left out', () => {
    const env = {
      LONGSHORE_URL: 'https://one.example/',
      LONGSHORE_TOKEN: 't',
      LONGSHORE_PORTS: '1000-1001',
      LONGSHORE_LABELS: 'zone=a,tier=gold=1',
      LONGSHORE_NO_LINK: '1',
      DOCKER_HOST: 'unix:///run/other.sock',
      HF_ENDPOINT: 'https://mirror.example/hf/',
      LONGSHORE_MODELS: '/data/models',
      LONGSHORE_MODELS_LIMIT_BYTES: '1000',
      LONGSHORE_IMAGES_HIGH_PERCENT: '90',
    };
    const read = settings(['run', '--url', 'https://two.example'], env);
    expect(read).toMatchObject({
      url: 'https://two.example',
      token: 't',
      ports: { first: 1000, last: 1001 },
      labels: { zone: 'a', tier: 'gold=1' },
      link: false,
      docker_socket: '/run/other.sock',
      hub_url: 'https://mirror.example/hf',
      models: '/data/models',
      models_limit_bytes: 1000,
      images_high_percent: 90,
    });
    expect(settings(['run'], env).url).toBe('https://one.example');
    expect(settings(['run', '--state', '/srv/ls']).models).toBe('/srv/ls/models');
  });

  test.each([
    [[], 'the command: must be one of enroll, run, check, stop-containers'],
    [
      ['run', '--images-low-percent', '85'],
      '--images-low-percent (LONGSHORE_IMAGES_LOW_PERCENT): must be below --images-high-percent',
    ],
    [
      ['run', '--images-high-percent', '101'],
      '--images-high-percent (LONGSHORE_IMAGES_HIGH_PERCENT): must be a whole number from 1 to 100',
    ],
    [['fly'], 'the command'],
    [['run', 'now'], '"now" is not understood'],
    [['run', '--colour'], '--colour'],
    [['run', '--url', 'example.com'], '--url (LONGSHORE_URL): must be an http(s) address'],
    [['run', '--ports', '9-1'], '--ports (LONGSHORE_PORTS): must lie in 1-65535'],
    [['run', '--ports', '20000'], 'must be "first-last"'],
    [['run', '--models', 'here'], '--models (LONGSHORE_MODELS): must be an absolute path'],
    [['run', '--models-limit-bytes', '5G'], 'must be a number of bytes'],
    [['run', '--labels', 'zone'], '"zone" must be key=value'],
  ])('%j is refused with what to change', (argv, message) => {
    expect(() => settings(argv)).toThrow(ConfigError);
    expect(() => settings(argv)).toThrow(message);
  });

  test('an engine over TCP is refused', () => {
    expect(() => settings(['run'], { DOCKER_HOST: 'tcp://10.0.0.1:2375' })).toThrow(/DOCKER_HOST/);
  });
});
