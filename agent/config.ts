import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { Labels } from '../contract/common.ts';
import { hostAddresses } from './inventory/addresses.ts';
import { PortRange } from './port-range.ts';
import { proxyFault } from './proxy.ts';

/** What was asked for on the command line or in the environment makes no sense; `message` says what to change. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

const Percent = z
  .string()
  .regex(/^([1-9]\d?|100)$/, 'must be a whole number from 1 to 100')
  .transform(Number);

const LabelList = z
  .string()
  .transform((text, context) => {
    const labels: Record<string, string> = {};
    for (const pair of text.split(',').filter((part) => part.trim() !== '')) {
      const [, key, value] = /^([^=]+)=(.*)$/s.exec(pair.trim()) ?? [];
      if (key === undefined || value === undefined) {
        context.addIssue({ code: 'custom', message: `"${pair}" must be key=value` });
        return z.NEVER;
      }
      labels[key] = value;
    }
    return labels;
  })
  .pipe(Labels);

const Flag = z
  .enum(['1', 'true', 'yes', '0', 'false', 'no', ''])
  .transform((text) => ['1', 'true', 'yes'].includes(text));

/** Without a slash at its end. */
const HttpAddress = z
  .string()
  .regex(
    /^https?:\/\/[^/?#\s]+[^?#\s]*$/,
    'must be an http(s) address, such as https://longshore.example.com',
  )
  .transform((text) => text.replace(/\/+$/, ''));

const commands = ['enroll', 'run', 'check', 'stop-containers'] as const;
const defaultPolicyFile = '/etc/longshore/policy.yaml';

const Settings = z
  .object({
    command: z.enum(commands, `must be one of ${commands.join(', ')}`),
    /** Null: the one of the identity. */
    url: HttpAddress.nullable(),
    /** The control plane of the identity is reached at `url` now. */
    moved: z.boolean(),
    token: z.string().min(1).nullable(),
    state: z.string().min(1),
    policy: z.strictObject({
      file: z.string().regex(/^\//, 'must be an absolute path'),
      /** Somebody named it: that it is not there is then no "anything goes". */
      named: z.boolean(),
    }),
    models: z.string().regex(/^\//, 'must be an absolute path: containers mount folders in it'),
    models_limit_bytes: z
      .string()
      .regex(/^[1-9]\d{0,15}$/, 'must be a number of bytes, such as 500000000000')
      .transform(Number)
      .nullable(),
    images_high_percent: Percent,
    images_low_percent: Percent,
    hub_url: HttpAddress,
    name: z.string().min(1).max(253),
    address: z.string().regex(/^[A-Za-z0-9.:-]{1,253}$/, 'must be an IP address or a host name'),
    ports: PortRange,
    labels: LabelList,
    docker_socket: z
      .string()
      .regex(
        /^(unix:\/\/)?\/./,
        'must be unix:///path/to/docker.sock: no other transport is supported',
      )
      .transform((text) => text.replace(/^unix:\/\//, '')),
    link: z.boolean(),
    json_logs: z.boolean(),
    stop_containers_on_exit: z.boolean(),
  })
  .refine((settings) => settings.images_low_percent < settings.images_high_percent, {
    path: ['images_low_percent'],
    message: 'must be below --images-high-percent',
  });
export type Settings = z.infer<typeof Settings>;

const options = {
  url: { type: 'string' },
  moved: { type: 'boolean' },
  token: { type: 'string' },
  state: { type: 'string' },
  policy: { type: 'string' },
  models: { type: 'string' },
  'models-limit-bytes': { type: 'string' },
  'images-high-percent': { type: 'string' },
  'images-low-percent': { type: 'string' },
  name: { type: 'string' },
  address: { type: 'string' },
  ports: { type: 'string' },
  labels: { type: 'string' },
  'no-link': { type: 'boolean' },
  'json-logs': { type: 'boolean' },
  'stop-containers-on-exit': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

/** Where each setting comes from, for messages. */
const sourceOf: Record<string, string> = {
  command: 'the command',
  url: '--url (LONGSHORE_URL)',
  token: '--token (LONGSHORE_TOKEN)',
  state: '--state (LONGSHORE_STATE)',
  policy: '--policy (LONGSHORE_POLICY)',
  models: '--models (LONGSHORE_MODELS)',
  models_limit_bytes: '--models-limit-bytes (LONGSHORE_MODELS_LIMIT_BYTES)',
  images_high_percent: '--images-high-percent (LONGSHORE_IMAGES_HIGH_PERCENT)',
  images_low_percent: '--images-low-percent (LONGSHORE_IMAGES_LOW_PERCENT)',
  hub_url: 'HF_ENDPOINT',
  name: '--name (LONGSHORE_NAME)',
  address: '--address (LONGSHORE_ADDRESS)',
  ports: '--ports (LONGSHORE_PORTS)',
  labels: '--labels (LONGSHORE_LABELS)',
  docker_socket: 'DOCKER_HOST',
};

export const usage = `longshore-agent <command> [options]

  run      run this host's containers; enrols first when a token is given and the host has no identity
  enroll   make this machine a host of the control plane
  check    say what is missing on this machine
  stop-containers
           stop and remove all containers of this host; an agent that runs would start them again

  --url URL                    of the control plane                 LONGSHORE_URL
  --moved                      the control plane that this host is of is at --url now: keep that address
  --token TOKEN                of an enrolment                      LONGSHORE_TOKEN
  --state FOLDER               default /var/lib/longshore           LONGSHORE_STATE
  --policy FILE                what this host allows, default /etc/longshore/policy.yaml where there is one
                                                                    LONGSHORE_POLICY
  --models FOLDER              where models are kept, default: models in the state folder
                                                                    LONGSHORE_MODELS
  --models-limit-bytes BYTES   of all models together: the least recently used go, never one in use
                                                                    LONGSHORE_MODELS_LIMIT_BYTES
  --images-high-percent N      of the Docker disk: above it the least recently used of the images that the
                               agent pulled and nobody needs go, default 85; 100: never
                                                                    LONGSHORE_IMAGES_HIGH_PERCENT
  --images-low-percent N       until it is below this, default 75   LONGSHORE_IMAGES_LOW_PERCENT
  --name NAME                  default: the machine's name          LONGSHORE_NAME
  --address ADDRESS            that clients reach this machine at   LONGSHORE_ADDRESS
  --ports FIRST-LAST           for instances, default 20000-20999   LONGSHORE_PORTS
  --labels KEY=VALUE,...       for placement                        LONGSHORE_LABELS
  --no-link                    poll only, no WebSocket              LONGSHORE_NO_LINK=1
  --json-logs                  JSON lines also on a terminal        LONGSHORE_JSON_LOGS=1
  --stop-containers-on-exit    stop and remove this host's containers when the agent is told to stop
                                                                    LONGSHORE_STOP_CONTAINERS_ON_EXIT=1
  DOCKER_HOST                  default unix:///var/run/docker.sock
  HTTPS_PROXY, HTTP_PROXY, NO_PROXY
                               on the way to the control plane and the model hub
  HF_ENDPOINT                  a mirror of the model hub, default https://huggingface.co
`;

export type CommandLine =
  | { kind: 'help' }
  | { kind: 'version' }
  | { kind: 'settings'; settings: Settings };

/** Reads flags, and the environment where a flag is left out. Throws `ConfigError`. */
export function readCommandLine(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): CommandLine {
  const { values, positionals } = parse(argv);
  if (values.help) return { kind: 'help' };
  if (values.version) return { kind: 'version' };
  const fault = proxyFault(env);
  if (fault !== null) throw new ConfigError(fault);
  const [command, ...more] = positionals;
  if (more.length > 0) throw new ConfigError(`"${more.join(' ')}" is not understood`);
  const fromEnv = (name: string) => env[name] || undefined;
  const flag = (name: string, given: boolean | undefined) => {
    if (given !== undefined) return given;
    const read = Flag.safeParse((env[name] ?? '').toLowerCase());
    if (!read.success) throw new ConfigError(`${name} must be 1 or 0`);
    return read.data;
  };
  const state = values.state ?? fromEnv('LONGSHORE_STATE') ?? '/var/lib/longshore';
  const policy = values.policy ?? fromEnv('LONGSHORE_POLICY');
  const settings = Settings.safeParse({
    command: command ?? '',
    url: values.url ?? fromEnv('LONGSHORE_URL') ?? null,
    moved: values.moved ?? false,
    token: values.token ?? fromEnv('LONGSHORE_TOKEN') ?? null,
    state,
    policy: { file: policy ?? defaultPolicyFile, named: policy !== undefined },
    models: values.models ?? fromEnv('LONGSHORE_MODELS') ?? resolve(state, 'models'),
    models_limit_bytes:
      values['models-limit-bytes'] ?? fromEnv('LONGSHORE_MODELS_LIMIT_BYTES') ?? null,
    images_high_percent:
      values['images-high-percent'] ?? fromEnv('LONGSHORE_IMAGES_HIGH_PERCENT') ?? '85',
    images_low_percent:
      values['images-low-percent'] ?? fromEnv('LONGSHORE_IMAGES_LOW_PERCENT') ?? '75',
    hub_url: fromEnv('HF_ENDPOINT') ?? 'https://huggingface.co',
    name: values.name ?? fromEnv('LONGSHORE_NAME') ?? hostname(),
    address: values.address ?? fromEnv('LONGSHORE_ADDRESS') ?? hostAddresses()[0] ?? '127.0.0.1',
    ports: values.ports ?? fromEnv('LONGSHORE_PORTS') ?? '20000-20999',
    labels: values.labels ?? fromEnv('LONGSHORE_LABELS') ?? '',
    docker_socket: fromEnv('DOCKER_HOST') ?? '/var/run/docker.sock',
    link: !flag('LONGSHORE_NO_LINK', values['no-link']),
    json_logs: flag('LONGSHORE_JSON_LOGS', values['json-logs']),
    stop_containers_on_exit: flag(
      'LONGSHORE_STOP_CONTAINERS_ON_EXIT',
      values['stop-containers-on-exit'],
    ),
  });
  if (settings.success) return { kind: 'settings', settings: settings.data };
  throw new ConfigError(
    settings.error.issues
      .map(({ path, message }) => `${sourceOf[String(path[0])] ?? path.join('.')}: ${message}`)
      .join('\n'),
  );
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    // parseArgs throws TypeErrors that are written for people.
    if (error instanceof TypeError) throw new ConfigError(error.message);
    throw error;
  }
}
