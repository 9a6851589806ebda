import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BackendDefinition } from '../../contract/backend.ts';
import { DeploymentInput } from '../../contract/deployment.ts';
import { Failure } from '../../contract/failure.ts';
import { LaunchSpec } from '../../contract/launch-spec.ts';
import { commandLine, type RenderInput, render } from './render.ts';
import { planVersions } from './versions.ts';

const fragment = fc.constantFrom(
  ...[
    '{{model_path}}',
    '{{ port }}',
    '{{A}}',
    '{{B}}',
    '{{secrets.S}}',
    '{{secrets.T}}',
    '\\{{',
    '{{',
    '}}',
  ],
  ...[
    '"',
    "'",
    '\\',
    ' ',
    '\n',
    '\t',
    '=',
    '{',
    '}',
    '[',
    ']',
    '-',
    '--',
    '-c',
    'sh',
    'a',
    'é',
    '😀',
    '\0',
  ],
  ...[
    '|',
    '&',
    ';',
    '<',
    '>',
    '(',
    ')',
    '`',
    '$',
    ',',
    '1',
    '0.5',
    '/',
    'constructor',
    '__proto__',
  ],
);
/** Fragments that mostly render. */
const harmless = fc.constantFrom(
  ...[
    '{{port}}',
    '{{worker_ip}}',
    '{{secrets.S}}',
    '"{{secrets.S}}"',
    '"a b"',
    "'c'",
    '--x',
    '--y=1',
  ],
  ...[' ', ' ', '{{ x[0] }}', '\\{{', '={"a": 1}', '-c', 'sh', '\\\n', '-0.5', ''],
);
const text = fc.oneof(
  {
    weight: 60,
    arbitrary: fc.array(harmless, { maxLength: 6 }).map((parts) => parts.join('')),
  },
  { weight: 3, arbitrary: fc.array(fragment, { maxLength: 8 }).map((parts) => parts.join('')) },
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const maybe = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined });
const environment = maybe(fc.dictionary(fc.constantFrom('A', 'B', 'port', 'constructor'), text));
const framework = fc.constantFrom('cuda', 'cpu', 'rocm');
const version = fc.record({
  image_name: fc.constant('image'),
  custom_framework: framework,
  run_command: maybe(text),
  entrypoint: maybe(text),
  env: environment,
  deprecated: maybe(fc.boolean()),
});
const versionName = fc.constantFrom('1.0', 'v2', 'a-hopper', 'constructor', '~');
// Not parsed: what the schemas refuse (a NUL, say) must not make the renderer throw anything but a Failure either.
const definition: fc.Arbitrary<BackendDefinition> = fc.record({
  backend_name: fc.constant('engine'),
  health_check_path: maybe(text.map((path) => `/${path}`)),
  default_run_command: maybe(text),
  default_entrypoint: maybe(text),
  default_env: environment,
  default_backend_param: maybe(fc.array(text, { maxLength: 3 })),
  parameter_format: maybe(fc.constantFrom('space' as const, 'equal' as const)),
  version_configs: fc.dictionary(versionName, version, { minKeys: 1, noNullPrototype: true }),
  default_version: maybe(versionName),
});
const modelSources = ['none', 'none', 'none', 'huggingface', 'local_path'] as const;
const base = DeploymentInput.parse({ name: 'd' });
const spec: fc.Arbitrary<DeploymentInput> = fc
  .record({
    backend_name: fc.constantFrom(undefined, 'engine', 'engine', 'Custom'),
    backend_version: maybe(versionName),
    image_name: maybe(text),
    run_command: maybe(text),
    entrypoint: maybe(text),
    env: environment,
    backend_parameters: maybe(fc.array(text, { maxLength: 3 })),
    model_name: maybe(text),
    network: fc.constantFrom('host' as const, 'bridge' as const),
    gpu: maybe(fc.record({ count: fc.nat(2) })),
    health: maybe(text).map((path) => ({ ...base.health, path: path && `/${path}` })),
    model: fc.record({
      source: fc.constantFrom(...modelSources),
      repo_id: maybe(text),
      path: maybe(text),
      file: maybe(text),
      token_secret: fc.constantFrom(undefined, 'S', 'S', 'T'),
    }),
  })
  .map((keys) => ({ ...base, ...keys }));

function outcome<Value>(work: () => Value): { value: Value } | { failure: Failure } {
  try {
    return { value: work() };
  } catch (error) {
    if (error instanceof Failure) return { failure: error };
    throw error;
  }
}

const run = { seed: 20_260_131, numRuns: 1500 };

test('rendering throws nothing but Failure, gives the same twice, and forges no mark of a secret', () => {
  let rendered = 0;
  fc.assert(
    fc.property(spec, maybe(definition), versionName, text, (spec, definition, version, ip) => {
      const input: RenderInput = {
        deployment: { id: 'dep', revision: 1, spec },
        backend: definition ? { definition, revision: 1 } : null,
        version: definition ? (Object.keys(definition.version_configs)[0] ?? version) : null,
        instance: { id: 'ins', generation: 1 },
        host: { worker_ip: ip },
        port: 40_000,
        gpu: { framework: 'cuda', uuids: ['GPU'], indexes: [0] },
        secretNames: new Set(['S']),
      };
      const first = outcome(() => render(input));
      expect(outcome(() => render(structuredClone(input)))).toEqual(first);
      if ('failure' in first) {
        expect(first.failure.errors.length).toBeGreaterThan(0);
        return;
      }
      rendered += 1;
      const { launchSpec } = first.value;
      expect(LaunchSpec.parse(launchSpec)).toEqual(launchSpec);
      for (const value of [...Object.values(launchSpec.env), ...(launchSpec.args ?? [])]) {
        expect(value.replaceAll('\0S\0', '')).not.toContain('\0');
      }
      expect(commandLine(launchSpec)).not.toContain('\0');
    }),
    run,
  );
  expect(rendered).toBeGreaterThan(300);
});

test('planning throws nothing but Failure, and never gives an empty plan', () => {
  fc.assert(
    fc.property(
      spec,
      maybe(definition),
      fc.subarray(['cuda', 'rocm']),
      (spec, definition, available) => {
        const planned = outcome(() =>
          planVersions({
            spec,
            definition: definition ?? null,
            acceleratorFrameworks: new Set(available),
          }),
        );
        if ('failure' in planned) return;
        const { candidates, gpuCount } = planned.value;
        expect(candidates.length).toBeGreaterThan(0);
        for (const { framework } of candidates) {
          if (framework !== null) expect(framework === 'cpu').toBe(gpuCount === 0);
        }
      },
    ),
    run,
  );
});
