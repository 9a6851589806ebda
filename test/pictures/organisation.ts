import type { ObservedInstance } from '../../contract/agent-protocol.ts';
import type { LaunchSpec } from '../../contract/launch-spec.ts';
import type { Client } from '../support/client-at.ts';
import { observed } from '../support/fake-agent.ts';
import { enrolFleet, type Fleet } from './hosts.ts';

const GIB = 1024 ** 3;

const ownBackend = `backend_name: house-engine
description: Our own build of vLLM, with the patches for long prompts.
health_check_path: /health
default_run_command: >-
  serve {{model_path}} --host {{worker_ip}} --port {{port}} --served-model-name {{model_name}} --cache {{CACHE_DIR}}
default_env:
  CACHE_DIR: /cache
  LOG_LEVEL: info
default_backend_param:
  - --max-model-len 32768
common_parameters:
  - --max-model-len
  - --max-num-seqs
default_version: 2.1.0
version_configs:
  2.1.0:
    image_name: registry.harbour.example/engine:2.1.0
    custom_framework: cuda
  2.1.0-rocm:
    image_name: registry.harbour.example/engine:2.1.0-rocm
    custom_framework: rocm
    env:
      HIP_FORCE_DEV_KERNARG: "1"
  2.0.4:
    image_name: registry.harbour.example/engine:2.0.4
    custom_framework: cuda
    deprecated: true
`;

const hub = (repo_id: string) => ({ source: 'huggingface', repo_id });

const deployments = [
  {
    name: 'chat',
    backend_name: 'vLLM',
    backend_version: '0.29.0',
    model: hub('Qwen/Qwen3-32B'),
    model_name: 'qwen3-32b',
    replicas: 2,
    gpu: { count: 2 },
    placement: { host_labels: { site: 'ams' } },
    backend_parameters: ['--max-model-len 40960', '--enable-prefix-caching'],
  },
  {
    name: 'embeddings',
    backend_name: 'Text-Embeddings-Inference',
    model: hub('BAAI/bge-m3'),
    replicas: 2,
    gpu: { count: 1, memory_bytes: 8 * GIB },
    placement: { host_labels: { site: 'ams' } },
  },
  {
    name: 'code',
    backend_name: 'house-engine',
    model: hub('Qwen/Qwen3-Coder-30B-A3B-Instruct'),
    gpu: { count: 2 },
    placement: { host_labels: { site: 'fra' } },
  },
  {
    name: 'reasoning',
    backend_name: 'vLLM',
    model: hub('deepseek-ai/DeepSeek-R1'),
    gpu: { count: 8 },
    placement: { host_labels: { pool: 'large' } },
  },
  {
    name: 'transcribe',
    backend_name: 'house-engine',
    model: hub('openai/whisper-large-v3'),
    gpu: { count: 1 },
    placement: { host_labels: { site: 'ams' } },
  },
  {
    name: 'vision',
    backend_name: 'vLLM',
    model: hub('Qwen/Qwen3-VL-8B-Instruct'),
    replicas: 2,
    gpu: { count: 1 },
    placement: { host_labels: { site: 'fra' } },
  },
  {
    name: 'rerank',
    backend_name: 'vLLM',
    model: hub('BAAI/bge-reranker-v2-m3'),
    gpu: { count: 1 },
    placement: { host_labels: { site: 'lab' } },
  },
  {
    name: 'summarise',
    image_name: 'registry.harbour.example/summaries:3.1',
    run_command: 'serve --port {{port}}',
    gpu: { count: 1 },
    placement: { host_labels: { site: 'ams' } },
  },
  {
    name: 'translate',
    backend_name: 'llama.cpp',
    backend_version: 'cpu',
    model: { ...hub('Qwen/Qwen3-0.6B-GGUF'), file: 'Qwen3-0.6B-Q8_0.gguf' },
  },
];

/** What hosts say of an instance of each deployment, and of each one after the first. */
function reportOf(launch: LaunchSpec, position: number): ObservedInstance {
  switch (launch.deployment.name) {
    case 'code':
      return observed(launch, 'pulling', {
        message:
          'the image registry.harbour.example/engine:2.1.0-rocm is being pulled: 5.2 GB of more than 14.1 GB, 9 of 17 layers, 212 MB/s',
        started_age_ms: null,
        container_id: null,
      });
    case 'summarise':
      return observed(launch, 'failed', {
        reason: 'image_not_found',
        message:
          'registry.harbour.example has no image registry.harbour.example/summaries:3.1, or does not show it to longshore. Check its name; if it is private, set the login of that user in this control plane. Docker says: manifest unknown',
        started_age_ms: null,
        container_id: null,
        retry_in_ms: 240_000,
      });
    case 'transcribe':
      return observed(launch, 'restarting', {
        reason: 'exited',
        message:
          'crash loop (6 restarts without 10 min of health): exited with code 1; restart 7 in 2 min. It said: ValueError: the model openai/whisper-large-v3 has no chat template',
        restarts: 6,
        exit: { code: 1, oom_killed: false },
        retry_in_ms: 120_000,
      });
    case 'vision':
      if (position > 0) {
        return observed(launch, 'unhealthy', {
          reason: 'unhealthy',
          message: 'GET /health answered 503 three times: engine is overloaded',
          restarts: 1,
        });
      }
      return running(launch);
    default:
      return running(launch);
  }
}

function running(launch: LaunchSpec): ObservedInstance {
  return observed(launch, 'running', {
    message: 'It takes requests.',
    started_age_ms: 40_000,
    ready_age_ms: 20_000,
  });
}

async function must(reply: Promise<{ status: number; body: unknown }>): Promise<void> {
  const { status, body } = await reply;
  if (status >= 300) throw new Error(JSON.stringify(body));
}

/** Hosts take what they are told, and say how it is. */
async function obeyAll({ agents }: Fleet): Promise<void> {
  const seen = new Map<string, number>();
  for (const agent of agents.values()) {
    await agent.sync();
    await agent.report(
      agent.launches.map((launch) => {
        const position = seen.get(launch.deployment.name) ?? 0;
        seen.set(launch.deployment.name, position + 1);
        return reportOf(launch, position);
      }),
    );
  }
}

/** An organisation with something of everything that pages can show. */
export async function fillOrganisation(client: Client): Promise<Fleet> {
  const call = (method: string, path: string, body?: unknown) =>
    must(client.call(method, `/api/v1${path}`, body));
  const fleet = await enrolFleet(client);
  await must(client.call('POST', '/api/v1/backends', undefined, { yaml: ownBackend }));
  await call('POST', '/catalog/Text-Embeddings-Inference/enable');
  await call('POST', '/catalog/llama.cpp/enable');
  await call('PUT', '/secrets/HF_TOKEN', { value: 'hf_not_a_real_one' });
  await call('PUT', '/secrets/REGISTRY_PASSWORD', { value: 'not a real one' });
  await call('PUT', '/registries/registry.harbour.example', {
    username: 'longshore',
    password: '{{secrets.REGISTRY_PASSWORD}}',
  });
  const change = {
    description: 'Our own build of vLLM, with the patches for long prompts and for tool calls.',
    default_env: { CACHE_DIR: '/cache', LOG_LEVEL: 'info', TOOL_PARSER: 'hermes' },
  };
  await must(
    client.call('PATCH', '/api/v1/backends/house-engine', change, {
      headers: { 'if-match': '"1"' },
    }),
  );
  for (const spec of deployments) await call('POST', '/deployments', spec);
  await obeyAll(fleet);
  await client.call(
    'PATCH',
    '/api/v1/deployments/chat',
    { backend_parameters: ['--max-model-len 65536', '--enable-prefix-caching'] },
    { headers: { 'if-match': '"1"' } },
  );
  await call('POST', '/deployments/translate/stop');
  for (let round = 0; round < 4; round += 1) await obeyAll(fleet);
  await call('POST', '/tokens', { name: 'ci', role: 'operator', expires_in_seconds: 90 * 86_400 });
  await call('POST', '/tokens', { name: 'grafana', role: 'viewer' });
  await call('POST', '/enrollment-tokens', { uses: 3, expires_in_seconds: 86_400 });
  await call('POST', '/invitations', { email: 'grace@harbour.example', role: 'operator' });
  await call('POST', '/invitations', { email: 'joan@harbour.example', role: 'viewer' });
  await fleet.fallSilent();
  return fleet;
}
