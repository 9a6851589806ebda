import { BackendDefinition } from '../contract/backend.ts';
import { DeploymentInput } from '../contract/deployment.ts';
import { render } from '../src/launch/render.ts';

/** Prints how many launch specs one core renders per second: the median of five runs. */
const definition = BackendDefinition.parse({
  backend_name: 'engine',
  default_env: { CACHE: '/cache', URL: 'http://{{worker_ip}}:{{port}}' },
  parameter_format: 'equal',
  version_configs: {
    '1.0': {
      image_name: 'engine:1.0',
      custom_framework: 'cuda',
      entrypoint: 'engine serve',
      run_command:
        '{{model_path}} --host {{worker_ip}} --port {{port}} --served-model-name "{{model_name}}" --cache {{CACHE}} --url {{URL}}',
    },
  },
});
const spec = DeploymentInput.parse({
  name: 'chat',
  backend_name: 'engine',
  model: { source: 'huggingface', repo_id: 'Qwen/Qwen3-8B' },
  env: { TOKEN: '{{secrets.TOKEN}}' },
  backend_parameters: ['--max-model-len 8192', '--override={"a": [1, 2]}', '--flag'],
});
const input = {
  deployment: { id: 'dep_1', revision: 1, spec },
  backend: { definition, revision: 1 },
  version: '1.0',
  instance: { id: 'ins_1', generation: 1 },
  host: { worker_ip: '10.0.0.5' },
  port: 40_000,
  gpu: { framework: 'cuda', uuids: ['GPU-a'], indexes: [0] },
  secretNames: new Set(['TOKEN']),
};

function specsPerSecond(): number {
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < 500) {
    for (let i = 0; i < 100; i++) render(input);
    count += 100;
  }
  return (count / (performance.now() - start)) * 1000;
}

specsPerSecond();
const runs = Array.from({ length: 5 }, specsPerSecond).sort((a, b) => a - b);
console.log(`${Math.round(runs[2] ?? 0)} launch specs rendered per second`);
