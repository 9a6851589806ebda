import * as z from 'zod';
import { pageOf } from '../contract/common.ts';
import { Deployment } from '../contract/deployment.ts';
import { Instance } from '../contract/instance.ts';
import { demoBackendYaml } from '../demo/image.ts';
import { type ApiClient, ApiError, createApiClient, waitFor } from './api-client.ts';
import { SetupError } from './docker/setup-error.ts';
import type { Stack } from './stack.ts';
import type { StepPrinter } from './step-printer.ts';
import { stepRunner } from './steps.ts';

const MODEL_NAME = 'stand-in-model';
const DEPLOYMENT = { name: 'demo', backend_name: 'stand-in', model_name: MODEL_NAME };
const AVAILABLE_DEADLINE_MS = 120_000;
const ANSWER_DEADLINE_MS = 30_000;
const POLL_MS = 100;

/** The part of an answer of the OpenAI API that is shown. */
const Completion = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string() }) })).min(1),
});

/**
 * The main job, on a running stack: imports a backend, deploys a model and asks it. What is there already is left as it
 * is and waited for. Returns what to tell a person. Throws `SetupError` when the model does not come up.
 */
export async function runDemo(
  stack: Stack,
  printer: StepPrinter,
  signal: AbortSignal,
): Promise<string> {
  const api = createApiClient(stack.url, stack.adminToken);
  const step = stepRunner(printer.step);
  await step(
    'Import backend',
    () => create(api, '/api/v1/backends', demoBackendYaml(), 'application/yaml', signal),
    (made) => (made ? 'stand-in, from demo/backend.yaml' : 'stand-in was there'),
  );
  const endpoint = await step(
    'Deploy model',
    async () => {
      const body = JSON.stringify(DEPLOYMENT);
      const made = await create(api, '/api/v1/deployments', body, 'application/json', signal);
      if (!made) printer.progress('was there');
      return waitUntilAvailable(api, printer, signal);
    },
    () => 'available',
  );
  const request = completionRequest(endpoint);
  await step('Ask the model', () => ask(request, signal), shorten);
  return farewell(stack, request);
}

/** False when it was there already. */
async function create(
  api: ApiClient,
  path: string,
  body: string,
  contentType: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await api.call({ method: 'POST', path, body, contentType, signal }, z.unknown());
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.code === 'name_taken') return false;
    throw error;
  }
}

/** Shows the states that the instance goes through, and resolves with the address of the model. */
async function waitUntilAvailable(
  api: ApiClient,
  printer: StepPrinter,
  signal: AbortSignal,
): Promise<string> {
  const path = `/api/v1/deployments/${DEPLOYMENT.name}`;
  let shown = '';
  let last = 'nothing is known yet';
  return waitFor(
    async () => {
      const deployment = await api.call({ method: 'GET', path, signal }, Deployment);
      const url = deployment.status.endpoints[0]?.url;
      const { items } = await api.call(
        { method: 'GET', path: `${path}/instances`, signal },
        pageOf(Instance),
      );
      const instance = items.at(-1);
      last = instance?.message || deployment.status.message || deployment.status.phase;
      if (instance && instance.state !== shown) {
        shown = instance.state;
        printer.progress(shown);
      }
      return deployment.status.phase === 'available' ? url : undefined;
    },
    {
      deadline_ms: AVAILABLE_DEADLINE_MS,
      poll_ms: POLL_MS,
      late: () =>
        new SetupError(
          `The demo's model is not available after ${AVAILABLE_DEADLINE_MS / 1000} s: ${last}`,
          `Ask the control plane for more: ${api.url}${path}/instances`,
        ),
      signal,
    },
  );
}

interface CompletionRequest {
  url: string;
  body: string;
}

function completionRequest(endpoint: string): CompletionRequest {
  const messages = [{ role: 'user', content: 'Hello!' }];
  return {
    url: `${endpoint}/v1/chat/completions`,
    body: JSON.stringify({ model: MODEL_NAME, messages }),
  };
}

/** Asked until it answers: after a restart of everything, the endpoint shown may be a moment old. */
async function ask({ url, body }: CompletionRequest, signal: AbortSignal): Promise<string> {
  let last = '';
  return waitFor(
    async () => {
      try {
        const headers = { 'content-type': 'application/json' };
        const reply = await fetch(url, { method: 'POST', headers, body, signal });
        if (!reply.ok) throw new Error(`status ${reply.status}`);
        return Completion.parse(await reply.json()).choices[0]?.message.content;
      } catch (error) {
        last = error instanceof Error ? error.message : String(error);
        return undefined;
      }
    },
    {
      deadline_ms: ANSWER_DEADLINE_MS,
      poll_ms: POLL_MS,
      late: () =>
        new SetupError(`The model at ${url} does not answer: ${last}`, 'Start Longshore again.'),
      signal,
    },
  );
}

function shorten(answer: string): string {
  const line = answer.replace(/\s+/g, ' ').trim();
  return `"${line.length > 48 ? `${line.slice(0, 47)}…` : line}"`;
}

function farewell({ url, home }: Stack, request: CompletionRequest): string {
  return `
The demo's model runs. It is a stand-in, which speaks the OpenAI API but runs no model. Ask it:

  curl ${request.url} \\
    -H 'content-type: application/json' \\
    -d '${request.body}'

API           ${url}
Admin token   ${home.localJson} (admin_token)

Ctrl-C stops everything, the model's container too.
`;
}
