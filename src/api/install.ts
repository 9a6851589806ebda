import { Hono } from 'hono';
import { Failure } from '../../contract/failure.ts';
import type { AppEnv } from '../http/context.ts';
import { originOf } from '../http/origin.ts';

/** What a machine needs to become a host: the script that installs the agent, and the agent. Nobody has to sign in. */
export const installRoutes = new Hono<AppEnv>();

const files: Record<string, string> = {
  'longshore-agent.mjs': 'text/javascript; charset=utf-8',
  'longshore-agent.mjs.sha256': 'text/plain; charset=utf-8',
};

installRoutes.get('/install.sh', async (c) => {
  const origin = originOf(c);
  const template = await (await asset(c.env, 'install.sh')).text();
  return c.text(template.replace('@ORIGIN@', origin), 200, {
    'content-type': 'text/x-shellscript; charset=utf-8',
  });
});

installRoutes.get('/agent/:file', async (c) => {
  const name = c.req.param('file');
  const type = Object.hasOwn(files, name) ? files[name] : undefined;
  if (type === undefined) throw new Failure('not_found', 'There is nothing at this path.');
  const { body } = await asset(c.env, name);
  return new Response(body, { headers: { 'content-type': type } });
});

async function asset(env: AppEnv['Bindings'], name: string): Promise<Response> {
  const reply = await env.ASSETS.fetch(`https://assets/agent/${name}`);
  if (!reply.ok) throw new Error(`the asset agent/${name} is not there: HTTP ${reply.status}`);
  return reply;
}
