// The stand-in engine: an OpenAI-compatible server that runs no model. It takes the command line of a real engine,
// shows the arguments and environment that reached it, and fails on command. One file, Node built-ins only: inside its
// container there is nothing else. GET /stand-in shows the whole environment to anyone who can connect, so it is for
// demos and tests.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { hostname, totalmem } from 'node:os';

const MAX_BODY_BYTES = 4 * 1024 * 1024;
const MAX_REAL_OOM_BYTES = 2 * 1024 ** 3;
const FAIL_MODES = ['crash', 'exit', 'deaf', 'unhealthy', 'recover', 'oom'];

const startedAt = new Date();
const argv = process.argv.slice(2);
const { flags, words } = parseArguments(argv);
const modelPath = flag('model-path', 'model') ?? words.filter((word) => word !== 'serve')[0];
const modelName = flag('served-model-name') ?? modelPath ?? 'stand-in';
const host = flag('host') ?? '127.0.0.1';
const port = wholeNumber('port', 8000, 65_535);
const startupDelayMs = wholeNumber('startup-delay-ms', 0, 2 ** 31 - 1);
/** What `POST /stand-in/fail` switched on: 'deaf', 'unhealthy' or null. */
let failure = null;
let completions = 0;

/** Every `--key value`, `--key=value` and `--key` is kept, known or not; the last one of a key wins. */
function parseArguments(args) {
  const flags = new Map();
  const words = [];
  for (let i = 0; i < args.length; i++) {
    const [, key, , value] = /^--([^=]+)(=([\s\S]*))?$/.exec(args[i]) ?? [];
    if (key === undefined) words.push(args[i]);
    else if (value !== undefined) flags.set(key, value);
    else if (i + 1 < args.length && !args[i + 1].startsWith('--')) flags.set(key, args[++i]);
    else flags.set(key, '');
  }
  return { flags, words };
}

function flag(...names) {
  return names.map((name) => flags.get(name)).find((value) => value !== undefined && value !== '');
}

function wholeNumber(name, fallback, max) {
  const text = flag(name);
  if (text === undefined) return fallback;
  if (/^\d+$/.test(text) && Number(text) <= max) return Number(text);
  console.error(`stand-in engine: --${name} must be a whole number up to ${max}, not "${text}"`);
  process.exit(2);
}

class ApiError extends Error {
  constructor(status, message, code = null) {
    super(message);
    this.status = status;
    this.body = { error: { message, type: 'invalid_request_error', param: null, code } };
  }
}

function sendJson(res, status, body) {
  res.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}

async function readJson(req) {
  const chunks = [];
  let size = 0;
  for await (const chunk of req) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new ApiError(413, `The body exceeds ${MAX_BODY_BYTES} bytes.`);
    chunks.push(chunk);
  }
  let body;
  try {
    body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new ApiError(400, 'The body is not valid JSON.');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ApiError(400, 'The body must be a JSON object.');
  }
  return body;
}

/** A message's content is text, or a list of parts of which some are text. */
function textOf(content) {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part) => (typeof part?.text === 'string' ? part.text : '')).join('');
}

function answerTo(text) {
  return `This is the Longshore stand-in engine. It does not run a model. You said: ${text}`;
}

const countTokens = (text) => text.split(/\s+/).filter(Boolean).length;

function checkModel(body) {
  if (body.model === undefined || body.model === modelName) return;
  throw new ApiError(404, `The model \`${body.model}\` does not exist.`, 'model_not_found');
}

/** Sends one answer in the two shapes of the API, chat and plain completion, whole or streamed. */
function sendCompletion(res, body, { prompt, lastInput, chat }) {
  const text = answerTo(lastInput);
  const usage = { prompt_tokens: countTokens(prompt), completion_tokens: countTokens(text) };
  usage.total_tokens = usage.prompt_tokens + usage.completion_tokens;
  const head = {
    id: `${chat ? 'chatcmpl' : 'cmpl'}-stand-in-${++completions}`,
    object: chat ? `chat.completion${body.stream ? '.chunk' : ''}` : 'text_completion',
    created: Math.floor(Date.now() / 1000),
    model: modelName,
  };
  if (!body.stream) {
    const content = chat ? { message: { role: 'assistant', content: text } } : { text };
    const choices = [{ index: 0, ...content, logprobs: null, finish_reason: 'stop' }];
    return sendJson(res, 200, { ...head, choices, usage });
  }
  res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  const send = (event) => res.write(`data: ${JSON.stringify({ ...head, ...event })}\n\n`);
  const sendPart = (delta, part, finish_reason = null) =>
    send({ choices: [{ index: 0, ...(chat ? { delta } : { text: part }), finish_reason }] });
  if (chat) sendPart({ role: 'assistant', content: '' }, '');
  for (const part of text.match(/\s*\S+\s*$|\s*\S+/g) ?? []) sendPart({ content: part }, part);
  sendPart({}, '', 'stop');
  if (body.stream_options?.include_usage) send({ choices: [], usage });
  res.end('data: [DONE]\n\n');
}

function models() {
  const model = {
    id: modelName,
    object: 'model',
    created: Math.floor(startedAt.getTime() / 1000),
    owned_by: 'longshore-stand-in',
    root: modelPath ?? modelName,
    stand_in: true,
  };
  return { object: 'list', data: [model] };
}

/** The container's own memory limit, where it is small enough to be hit on purpose; else null. */
function smallMemoryLimitBytes() {
  const files = ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes'];
  for (const file of files) {
    try {
      const bytes = Number(readFileSync(file, 'utf8'));
      if (bytes > 0 && bytes <= MAX_REAL_OOM_BYTES && bytes < totalmem()) return bytes;
    } catch {
      // This cgroup version is not the one mounted here.
    }
  }
  return null;
}

/** Under a small memory limit the kernel kills for real; elsewhere only the exit code is that of a kill. */
function runOutOfMemory(code) {
  console.error('stand-in engine: running out of memory on request');
  if (code !== undefined || smallMemoryLimitBytes() === null) process.exit(code ?? 137);
  const hoard = [];
  const grow = () => {
    hoard.push(Buffer.alloc(32 * 1024 * 1024, 1));
    setImmediate(grow);
  };
  grow();
}

async function fail(req, res) {
  const { mode, code } = await readJson(req);
  if (!FAIL_MODES.includes(mode))
    throw new ApiError(400, `mode is one of ${FAIL_MODES.join(', ')}`);
  if (code !== undefined && !(Number.isInteger(code) && code >= 0 && code <= 255)) {
    throw new ApiError(400, 'code is a whole number from 0 to 255');
  }
  if (mode === 'deaf' || mode === 'unhealthy') failure = mode;
  if (mode === 'recover') failure = null;
  // The process may end only after the reply has left, or the caller would see a broken connection.
  res.on('finish', () => {
    if (mode === 'oom') runOutOfMemory(code);
    if (mode === 'exit') process.exit(code ?? 0);
    if (mode !== 'crash') return;
    console.error('stand-in engine: crashed on request');
    process.exit(code ?? 1);
  });
  res.setHeader('connection', 'close');
  sendJson(res, 202, { stand_in: true, mode });
}

const routes = {
  'GET /health': (_req, res) => sendJson(res, 200, { status: 'ok', stand_in: true }),
  'GET /v1/models': (_req, res) => sendJson(res, 200, models()),
  'POST /v1/chat/completions': async (req, res) => {
    const body = await readJson(req);
    checkModel(body);
    if (!Array.isArray(body.messages) || body.messages.length === 0) {
      throw new ApiError(400, '`messages` must be a list with at least one message.');
    }
    const texts = body.messages.map((message) => textOf(message?.content));
    const lastInput = texts[body.messages.findLastIndex((message) => message?.role === 'user')];
    sendCompletion(res, body, { prompt: texts.join(' '), lastInput: lastInput ?? '', chat: true });
  },
  'POST /v1/completions': async (req, res) => {
    const body = await readJson(req);
    checkModel(body);
    const prompt = Array.isArray(body.prompt) ? body.prompt.join(' ') : String(body.prompt ?? '');
    sendCompletion(res, body, { prompt, lastInput: prompt, chat: false });
  },
  'GET /stand-in': (_req, res) => {
    const { env, pid } = process;
    const started_at = startedAt.toISOString();
    sendJson(res, 200, { stand_in: true, argv, env, pid, started_at, hostname: hostname() });
  },
  'POST /stand-in/fail': fail,
};

async function handle(req, res) {
  const path = req.url.split('?', 1)[0];
  if (failure === 'deaf' && path !== '/stand-in/fail') return;
  if (failure === 'unhealthy' && (path === '/health' || path === '/v1/models')) {
    return sendJson(res, 503, {
      error: { message: 'The stand-in engine is unhealthy on request.' },
    });
  }
  const route = routes[`${req.method === 'HEAD' ? 'GET' : req.method} ${path}`];
  if (route) return route(req, res);
  const known = Object.keys(routes).some((key) => key.endsWith(` ${path}`));
  throw new ApiError(known ? 405 : 404, `The stand-in engine has no ${req.method} ${path}.`);
}

const server = createServer((req, res) => {
  Promise.resolve(handle(req, res)).catch((error) => {
    const known = error instanceof ApiError;
    if (!known) console.error(error);
    if (res.headersSent) return res.destroy();
    const body = known
      ? error.body
      : { error: { message: 'internal error', type: 'server_error' } };
    if (known && error.status === 413) res.setHeader('connection', 'close');
    sendJson(res, known ? error.status : 500, body);
  });
});

server.on('error', (error) => {
  console.error(`stand-in engine: cannot listen on ${host}:${port}: ${error.message}`);
  process.exit(1);
});

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    console.log(`stand-in engine (runs no model): stopped by ${signal}`);
    process.exit(0);
  });
}

if (flags.has('fail-at-start')) {
  console.error('stand-in engine: failed at start on request');
  process.exit(wholeNumber('fail-at-start', 1, 255));
}
setTimeout(() => {
  server.listen(port, host, () => {
    const origin = `http://${host.includes(':') ? `[${host}]` : host}:${server.address().port}`;
    console.log(`stand-in engine (runs no model): serves "${modelName}" on ${origin}`);
  });
}, startupDelayMs);
