import { describe, expect } from 'vitest';
import type { Deployment } from '../../contract/deployment.ts';
import { startAgentProcess } from '../support/agent-process.ts';
import { type Client, newOrg } from '../support/client.ts';
import { standInYaml } from '../support/definitions.ts';
import { changeDeployment, instancesOf, readDeployment } from '../support/deployment.ts';
import { docker, dockerTest } from '../support/docker.ts';
import { until } from '../support/until.ts';

async function deploy(client: Client, change: Record<string, unknown> = {}): Promise<void> {
  await client.call('POST', '/api/v1/backends', undefined, { yaml: standInYaml() });
  const reply = await client.call('POST', '/api/v1/deployments', {
    name: 'model',
    backend_name: 'stand-in',
    health: { interval_seconds: 1 },
    ...change,
  });
  expect(reply.status).toBe(201);
}

async function rollout(client: Client, state: 'complete' | 'failed'): Promise<Deployment> {
  return until(`the rollout is ${state}`, async () => {
    const deployment = await readDeployment(client);
    const { phase, rollout } = deployment.status;
    return phase === 'available' && rollout.state === state && deployment;
  });
}

/** Asks the endpoints that the API lists, one after another, until it is stopped; where one has just gone it asks the next. */
function keepAsking(client: Client) {
  let stopped = false;
  const result = { answers: 0, failures: [] as string[] };
  const askOne = async (): Promise<boolean> => {
    const { endpoints } = (await readDeployment(client)).status;
    for (const { url } of endpoints) {
      const answer = await fetch(`${url}/v1/models`).catch(() => null);
      if (answer?.ok) return true;
      if (answer) result.failures.push(`${url}: HTTP ${answer.status}`);
    }
    return false;
  };
  const asking = (async () => {
    while (!stopped && result.failures.length === 0) {
      if (await askOne()) result.answers += 1;
      else result.failures.push('no endpoint answered');
    }
  })();
  return async () => {
    stopped = true;
    await asking;
    return result;
  };
}

describe('a deployment that stays up', () => {
  dockerTest(
    'through a rolling change: a client that keeps asking gets no failed answer',
    async () => {
      const client = await newOrg();
      await startAgentProcess(client);
      await deploy(client, { replicas: 2 });
      await rollout(client, 'complete');
      const before = (await instancesOf(client)).map(({ id }) => id);
      const finish = keepAsking(client);
      await changeDeployment(client, { env: { CHANGED: 'yes' } });
      await rollout(client, 'complete');
      const { answers, failures } = await finish();
      expect(failures).toEqual([]);
      expect(answers).toBeGreaterThan(5);
      const after = (await instancesOf(client)).filter(({ state }) => state === 'running');
      expect(after.map(({ deployment_revision }) => deployment_revision)).toEqual([2, 2]);
      expect(after.some(({ id }) => before.includes(id))).toBe(false);
    },
  );

  dockerTest('under a bad image: the rollout stops and the old one serves on', async () => {
    const client = await newOrg();
    const agent = await startAgentProcess(client);
    await deploy(client);
    await rollout(client, 'complete');
    const [container = ''] = await docker().containersOf(agent.hostId);
    const startedAt = () => docker().cli('inspect', '--format', '{{.State.StartedAt}}', container);
    const before = await startedAt();
    await changeDeployment(client, {
      image_name: 'localhost:1/nothing:1',
      image_pull_policy: 'never',
    });
    const { status } = await rollout(client, 'failed');
    expect(status.rollout.message).toContain('localhost:1/nothing:1');
    expect(await startedAt()).toBe(before);
    const answer = await fetch(`${status.endpoints[0]?.url}/v1/models`);
    expect(answer.status).toBe(200);
  });

  dockerTest(
    'when its machine is lost: it moves to another one, and the return of the first leaves exactly one',
    async () => {
      const client = await newOrg();
      const agents = [await startAgentProcess(client), await startAgentProcess(client)] as const;
      await deploy(client, { replace_after_seconds: 30 });
      await rollout(client, 'complete');
      const [placed] = await instancesOf(client);
      const lost = agents.find(({ hostId }) => hostId === placed?.host_id) ?? agents[0];
      const other = lost === agents[0] ? agents[1] : agents[0];

      // The machine and all that runs on it.
      await lost.kill('SIGKILL');
      const containers = await docker().containersOf(lost.hostId);
      expect(containers).toHaveLength(1);
      await docker().cutPower(containers);
      await until(
        'it serves on the other host, at most 10 s after the time that it was given',
        async () =>
          (await instancesOf(client)).some(
            ({ state, host_id }) => state === 'running' && host_id === other.hostId,
          ),
        40_000,
      );

      await lost.start();
      await until('the first host has let go of it', async () => {
        const left = await docker().containersOf(lost.hostId);
        return left.length === 0 && (await instancesOf(client)).length === 1;
      });
      expect(await docker().containersOf(other.hostId)).toHaveLength(1);
      expect((await readDeployment(client)).status.ready_replicas).toBe(1);
    },
    120_000,
  );
});
