import type { Deployment } from '../../../../contract/deployment.ts';
import { shellQuoted } from '../../parts/shell-quote.ts';
import { modelOf } from '../words.ts';

type Words = Pick<Deployment, 'name' | 'model_name' | 'model' | 'backend_name'>;

/** A path, and either a body as JSON or the fields of a form. */
interface Request {
  path: string;
  body?: object;
  form?: Record<string, string>;
  /** Where the answer goes: what is no text. */
  output?: string;
}

/**
 * What a model is for is told by nothing but its names. The first that fits counts: "bge-reranker" is no embedding.
 * Paths are those of OpenAI's API, and of https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html for
 * what it has not.
 */
const requests: readonly [names: RegExp, request: (model: string) => Request][] = [
  [
    // https://huggingface.github.io/text-embeddings-inference: its own path, and one model.
    /rerank.*text-embeddings-inference/i,
    () => ({ path: '/rerank', body: { query: 'What floats?', texts: ['A ship', 'A stone'] } }),
  ],
  [
    /rerank/i,
    (model) => ({
      path: '/v1/rerank',
      body: { model, query: 'What floats?', documents: ['A ship', 'A stone'] },
    }),
  ],
  [
    /embed|\b(bge|gte|e5)\b|minilm/i,
    (model) => ({ path: '/v1/embeddings', body: { model, input: 'Hello!' } }),
  ],
  [
    /whisper|sensevoice|paraformer|\basr\b/i,
    (model) => ({ path: '/v1/audio/transcriptions', form: { model, file: '@speech.wav' } }),
  ],
  [
    /\btts\b|kokoro|cosyvoice|\bbark\b/i,
    (model) => ({
      path: '/v1/audio/speech',
      body: { model, input: 'Hello!', voice: 'alloy' },
      output: 'speech.mp3',
    }),
  ],
  [
    /diffusion|\bflux\b|\bsdxl\b|qwen-image/i,
    (model) => ({ path: '/v1/images/generations', body: { model, prompt: 'A quiet harbour' } }),
  ],
];

const chat = (model: string): Request => ({
  path: '/v1/chat/completions',
  body: { model, messages: [{ role: 'user', content: 'Hello! Who are you?' }] },
});

/** Asks a model for the first time, as a command to paste. */
export function firstRequest(deployment: Words, url: string): string {
  const { name, model_name, backend_name } = deployment;
  const names = [modelOf(deployment), name, model_name, backend_name].join(' ');
  const request = requests.find(([pattern]) => pattern.test(names))?.[1] ?? chat;
  const { path, body, form = {}, output } = request(model_name ?? name);
  return [
    `curl ${url}${path}`,
    ...(body
      ? ["-H 'content-type: application/json'", `-d ${shellQuoted(JSON.stringify(body))}`]
      : []),
    ...Object.entries(form).map(([key, value]) => `-F ${shellQuoted(`${key}=${value}`)}`),
    ...(output ? [`--output ${output}`] : []),
  ].join(' \\\n  ');
}
