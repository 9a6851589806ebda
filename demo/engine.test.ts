import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';

const ENGINE = fileURLToPath(new URL('./engine.mjs', import.meta.url));
const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

interface Engine {
  child: ChildProcess;
  stdout: () => string;
  stderr: () => string;
  exit: Promise<{ code: number | null; signal: string | null }>;
}

function launch(args: string[], env: Record<string, string> = {}): Engine {
  const child = spawn(process.execPath, [ENGINE, ...args], { env });
  running.add(child);
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const exit = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  return { child, stdout: () => out, stderr: () => err, exit };
}

/** Port 0 lets the system choose; the start line says which one it took. */
async function startEngine(args: string[] = [], env: Record<string, string> = {}) {
  const engine = launch(['serve', '/models/tiny', '--port', '0', ...args], env);
  const url = await new Promise<string>((resolve, reject) => {
    engine.child.stdout?.on('data', () => {
      const match = /on (http:\/\/\S+)\n/.exec(engine.stdout());
      if (match?.[1]) resolve(match[1]);
    });
    engine.exit.then((end) => reject(new Error(`ended with ${end.code}: ${engine.stderr()}`)));
  });
  const post = (path: string, body: unknown) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return fetch(url + path, { method: 'POST', body: text });
  };
  return { ...engine, url, get: (path: string) => fetch(url + path), post };
}

describe('the API of a real engine, and plainly a stand-in', () => {
  test('health, models and the start line say what it is', async () => {
    const engine = await startEngine(['--served-model-name', 'tiny']);
    expect(await (await engine.get('/health')).json()).toEqual({ status: 'ok', stand_in: true });
    const models = await (await engine.get('/v1/models')).json();
    expect(models.data).toMatchObject([{ id: 'tiny', owned_by: 'longshore-stand-in' }]);
    expect(engine.stdout()).toMatch(/^stand-in engine \(runs no model\): serves "tiny" on .*\n$/);
  });

  test('a chat answer echoes the last user message', async () => {
    const engine = await startEngine(['--served-model-name=tiny']);
    const messages = [
      { role: 'user', content: 'first' },
      { role: 'assistant', content: 'x' },
      { role: 'user', content: [{ type: 'text', text: 'hello there' }] },
    ];
    const answer = await (
      await engine.post('/v1/chat/completions', { model: 'tiny', messages })
    ).json();
    const text = answer.choices[0].message.content;
    expect(text).toContain('does not run a model');
    expect(text).toMatch(/hello there$/);
    expect(answer.usage.prompt_tokens).toBe(4);
    expect(answer.usage.total_tokens).toBe(4 + answer.usage.completion_tokens);

    const streamed = await engine.post('/v1/chat/completions', {
      model: 'tiny',
      messages,
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(streamed.headers.get('content-type')).toBe('text/event-stream');
    const events = (await streamed.text()).trim().split('\n\n');
    expect(events.at(-1)).toBe('data: [DONE]');
    const chunks = events.slice(0, -1).map((event) => JSON.parse(event.replace('data: ', '')));
    expect(chunks.length).toBeGreaterThan(5);
    expect(chunks.every((chunk) => chunk.object === 'chat.completion.chunk')).toBe(true);
    const parts = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '');
    expect(parts.join('')).toBe(text);
    expect(chunks.at(-2).choices[0].finish_reason).toBe('stop');
    expect(chunks.at(-1).usage).toEqual(answer.usage);
  });

  test('a plain completion echoes the prompt, whole and streamed', async () => {
    const engine = await startEngine();
    const body = { model: '/models/tiny', prompt: 'once upon' };
    const answer = await (await engine.post('/v1/completions', body)).json();
    expect(answer.object).toBe('text_completion');
    expect(answer.choices[0].text).toMatch(/does not run a model.*once upon$/);
    const streamed = await engine.post('/v1/completions', { ...body, stream: true });
    expect(await streamed.text()).toMatch(/"finish_reason":"stop"[^\n]*\n\ndata: \[DONE\]\n\n$/);
  });

  test.each([
    ['an unknown model', '/v1/chat/completions', { model: 'other', messages: [{}] }, 404],
    ['bad JSON', '/v1/chat/completions', '{', 400],
    ['JSON that is no object', '/v1/completions', '[]', 400],
    ['no messages', '/v1/chat/completions', { messages: [] }, 400],
    ['an unknown path', '/v1/nothing', {}, 404],
    ['a wrong method', '/v1/models', {}, 405],
    ['an unknown failure', '/stand-in/fail', { mode: 'melt' }, 400],
    ['an impossible exit code', '/stand-in/fail', { mode: 'exit', code: 256 }, 400],
  ])('%s is an error in the OpenAI form', async (_name, path, body, status) => {
    const reply = await (await startEngine()).post(path, body);
    expect(reply.status).toBe(status);
    expect((await reply.json()).error).toMatchObject({
      message: expect.any(String),
      type: 'invalid_request_error',
    });
  });
});

test('the arguments and the environment are shown as they arrived', async () => {
  const args = ['--max-model-len', '4096', '--trust-remote-code', '--x={"a": 1}', '-O3'];
  const engine = await startEngine(args, { HF_HOME: '/cache', EMPTY: '' });
  const seen = await (await engine.get('/stand-in')).json();
  expect(seen).toMatchObject({ stand_in: true, pid: engine.child.pid });
  expect(seen.argv).toEqual(['serve', '/models/tiny', '--port', '0', ...args]);
  expect(seen.env).toMatchObject({ HF_HOME: '/cache', EMPTY: '' });
  expect(Date.parse(seen.started_at)).toBeLessThanOrEqual(Date.now());
  expect(seen.hostname).toEqual(expect.any(String));
});

describe('failures on command', () => {
  test.each([
    ['crash', undefined, 1, 'crashed on request'],
    ['crash', 134, 134, 'crashed on request'],
    ['exit', undefined, 0, ''],
    ['exit', 3, 3, ''],
    ['oom', 137, 137, 'out of memory'],
  ])('%s with code %s ends with %i', async (mode, code, expected, stderr) => {
    const engine = await startEngine();
    expect((await engine.post('/stand-in/fail', { mode, code })).status).toBe(202);
    expect(await engine.exit).toEqual({ code: expected, signal: null });
    expect(engine.stderr()).toContain(stderr);
  });

  test('unhealthy answers 503 to health checks until it recovers', async () => {
    const engine = await startEngine();
    await engine.post('/stand-in/fail', { mode: 'unhealthy' });
    expect((await engine.get('/health')).status).toBe(503);
    expect((await engine.get('/v1/models')).status).toBe(503);
    await engine.post('/stand-in/fail', { mode: 'recover' });
    expect((await engine.get('/health')).status).toBe(200);
  });

  test('deaf takes connections and never answers until it recovers', async () => {
    const engine = await startEngine();
    await engine.post('/stand-in/fail', { mode: 'deaf' });
    const signal = AbortSignal.timeout(150);
    await expect(fetch(`${engine.url}/health`, { signal })).rejects.toThrow(/timeout/);
    await engine.post('/stand-in/fail', { mode: 'recover' });
    expect((await engine.get('/health')).status).toBe(200);
  });
});

describe('start and stop', () => {
  test('--fail-at-start ends with its code and a line that says so', async () => {
    const engine = launch(['serve', '--fail-at-start', '7']);
    expect(await engine.exit).toEqual({ code: 7, signal: null });
    expect(engine.stderr()).toMatch(/failed at start/);
  });

  test('nothing listens before --startup-delay-ms is over', async () => {
    const begun = performance.now();
    await startEngine(['--startup-delay-ms', '400']);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(400);
  });

  test('SIGTERM stops it at once, also when it is deaf and a client is connected', async () => {
    const engine = await startEngine();
    await engine.get('/health');
    await engine.post('/stand-in/fail', { mode: 'deaf' });
    const begun = performance.now();
    engine.child.kill('SIGTERM');
    expect(await engine.exit).toEqual({ code: 0, signal: null });
    expect(performance.now() - begun).toBeLessThan(1000);
    expect(engine.stdout()).toMatch(/stopped by SIGTERM\n$/);
  });

  test('a port in use is an error', async () => {
    const first = await startEngine();
    const second = launch(['--port', new URL(first.url).port]);
    expect((await second.exit).code).toBe(1);
    expect(second.stderr()).toContain('EADDRINUSE');
  });

  test('a port that is no number is an error', async () => {
    const engine = launch(['--port', 'http']);
    expect((await engine.exit).code).toBe(2);
    expect(engine.stderr()).toContain('--port');
  });
});
