import { expect, test } from 'vitest';
import { firstRequest } from './first-request.ts';

const url = 'http://10.0.0.1:40000';
const pathFor = (repo_id: string, backend_name = 'vLLM') =>
  /curl http:\/\/10\.0\.0\.1:40000(\S+)/.exec(
    firstRequest(
      { name: 'it', model_name: 'm', backend_name, model: { source: 'huggingface', repo_id } },
      url,
    ),
  )?.[1];

test.each([
  ['Qwen/Qwen3-8B', '/v1/chat/completions'],
  ['Qwen/Qwen3-VL-8B-Instruct', '/v1/chat/completions'],
  ['BAAI/bge-m3', '/v1/embeddings'],
  ['Qwen/Qwen3-Embedding-0.6B', '/v1/embeddings'],
  ['intfloat/e5-mistral-7b-instruct', '/v1/embeddings'],
  ['BAAI/bge-reranker-v2-m3', '/v1/rerank'],
  ['openai/whisper-large-v3', '/v1/audio/transcriptions'],
  ['hexgrad/Kokoro-82M', '/v1/audio/speech'],
  ['black-forest-labs/FLUX.1-schnell', '/v1/images/generations'],
])('%s is asked at %s', (repo, path) => {
  expect(pathFor(repo)).toBe(path);
});

test('a backend tells as well: Text-Embeddings-Inference', () => {
  expect(pathFor('nomic-ai/model', 'Text-Embeddings-Inference')).toBe('/v1/embeddings');
  expect(pathFor('BAAI/bge-reranker-v2-m3', 'Text-Embeddings-Inference')).toBe('/rerank');
});

test('it is one command, quoted for a shell', () => {
  const deployment = {
    name: "it's",
    backend_name: 'Custom',
    model: { source: 'none' as const },
  };
  expect(firstRequest(deployment, url)).toBe(
    [
      'curl http://10.0.0.1:40000/v1/chat/completions \\',
      "  -H 'content-type: application/json' \\",
      `  -d '{"model":"it'\\''s","messages":[{"role":"user","content":"Hello! Who are you?"}]}'`,
    ].join('\n'),
  );
});
