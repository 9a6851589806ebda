import { observed } from '../../test/support/fake-agent.ts';
import { type Api, type Cost, sumOf } from './api.ts';
import type { SimulatedHost } from './host.ts';

/** One deployment of one replica, from its POST on; times in milliseconds since the POST was sent. */
export interface Dispatch {
  bell: number;
  /** The reply to the sync that the bell asked for was here, with the launch. */
  launch: number;
  /** The reply to the POST was here. */
  replied: number;
  post: Cost;
  /** The syncs until it is `running`: the bell's, `starting`, `running`. */
  syncs: Cost;
}

/** How many syncs an agent needs until an instance runs whose image is there. */
export const syncsPerDeployment = 3;

const path = '/api/v1/deployments';
const deadlineMs = 30_000;
const backend = {
  backend_name: 'scale',
  version_configs: { '1': { image_name: 'scale:1', custom_framework: 'cpu' } },
  default_run_command: 'serve --port {{port}}',
};

export async function makeBackend(api: Api, token: string): Promise<void> {
  await api.call('POST', '/api/v1/backends', token, backend);
}

/** Deploys to `host`, reports until it runs, and takes the deployment away again. */
export async function dispatch(
  api: Api,
  token: string,
  host: SimulatedHost,
  name: string,
): Promise<Dispatch> {
  const measured = await deploy(api, token, host, name);
  await remove(api, token, host, name);
  return measured;
}

/** Deploys to `host` and reports until it runs. */
export async function deploy(
  api: Api,
  token: string,
  host: SimulatedHost,
  name: string,
): Promise<Dispatch> {
  const begun = performance.now();
  const since = () => performance.now() - begun;
  const body = { name, backend_name: backend.backend_name, placement: { hosts: [host.id] } };
  const onHost = bell(api, host).then(async () => {
    const rung = since();
    const { reply, cost } = await host.sync();
    return { rung, launch: since(), cost, launches: reply.desired?.launches ?? [] };
  });
  const posted = api.call('POST', path, token, body).then((reply) => ({ ...reply, at: since() }));
  const [first, post] = await Promise.all([onHost, posted]);
  const spec = first.launches.find(({ deployment }) => deployment.name === name);
  if (!spec) throw new Error(`the sync after the bell brought no launch of ${name}`);
  const starting = await host.sync({ instances: [observed(spec, 'starting')] });
  const running = await host.sync({ instances: [observed(spec, 'running')] });
  return {
    bell: first.rung,
    launch: first.launch,
    replied: post.at,
    post: post.cost,
    syncs: sumOf([first.cost, starting.cost, running.cost]),
  };
}

export async function remove(
  api: Api,
  token: string,
  host: SimulatedHost,
  name: string,
): Promise<void> {
  await Promise.all([bell(api, host), api.call('DELETE', `${path}/${name}`, token)]);
  await host.sync();
  // Without the instance, and holding the new revision: its claims end.
  await host.sync({ instances: [] });
}

function bell(api: Api, host: SimulatedHost): Promise<void> {
  return host.bell(AbortSignal.any([api.signal, AbortSignal.timeout(deadlineMs)]));
}
