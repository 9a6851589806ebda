import type { ObservedInstance } from '../../contract/agent-protocol.ts';
import type { LaunchSpec } from '../../contract/launch-spec.ts';
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
  const bell = () => host.bell(AbortSignal.any([api.signal, AbortSignal.timeout(deadlineMs)]));
  const begun = performance.now();
  const since = () => performance.now() - begun;
  const body = { name, backend_name: backend.backend_name, placement: { hosts: [host.id] } };
  const onHost = bell().then(async () => {
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
  await remove(api, token, host, name, bell);
  return {
    bell: first.rung,
    launch: first.launch,
    replied: post.at,
    post: post.cost,
    syncs: sumOf([first.cost, starting.cost, running.cost]),
  };
}

async function remove(
  api: Api,
  token: string,
  host: SimulatedHost,
  name: string,
  bell: () => Promise<void>,
): Promise<void> {
  await Promise.all([bell(), api.call('DELETE', `${path}/${name}`, token)]);
  await host.sync();
  // Without the instance, and holding the new revision: its claims end.
  await host.sync({ instances: [] });
}

function observed(launch: LaunchSpec, state: ObservedInstance['state']): ObservedInstance {
  return {
    instance_id: launch.instance_id,
    generation: launch.generation,
    state,
    reason: null,
    message: `It is ${state}.`,
    restarts: 0,
    exit: null,
    container_id: 'simulated',
    started_age_ms: 10,
    ready_age_ms: state === 'running' ? 5 : null,
  };
}
