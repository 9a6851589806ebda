import { expect, test } from 'vitest';
import type { Deployment } from '../../contract/deployment.ts';
import type { Event } from '../../contract/event.ts';
import type { Host } from '../../contract/host.ts';
import type { Instance } from '../../contract/instance.ts';
import { newOrg } from '../support/client.ts';
import { definition } from '../support/definitions.ts';
import { newFakeAgent, observed } from '../support/fake-agent.ts';
import { openLink } from '../support/link.ts';
import { until } from '../support/until.ts';

test('a host whose link falls gets no new work and keeps what it has, until it is heard again', async () => {
  const client = await newOrg();
  await client.call('POST', '/api/v1/backends', definition());
  const [lost, other] = [await newFakeAgent(client), await newFakeAgent(client)];
  const deploy = (name: string, host: string) =>
    client.call<Deployment>('POST', '/api/v1/deployments', {
      name,
      backend_name: 'engine',
      placement: { hosts: [host] },
    });
  const instanceOf = async (name: string): Promise<Instance | undefined> => {
    const path = `/api/v1/deployments/${name}/instances`;
    return (await client.call<{ items: Instance[] }>('GET', path)).body.items[0];
  };
  await deploy('first', lost.hostId);
  await lost.sync();
  await lost.report(lost.launches.map((launch) => observed(launch, 'running')));

  const first = await openLink(client, lost.secret);
  // It stays: where all links fall together nobody is suspect.
  const second = await openLink(client, other.secret);
  first.socket.terminate();
  const statusOf = async (id: string) =>
    (await client.call<Host>('GET', `/api/v1/hosts/${id}`)).body.status;
  await until('it is suspect', async () => {
    second.socket.send('ping');
    return (await statusOf(lost.hostId)) === 'suspect';
  });
  expect(await statusOf(other.hostId)).toBe('online');
  expect((await instanceOf('first'))?.state).toBe('running');
  const path = `/api/v1/hosts/${lost.hostId}/events`;
  const { body } = await client.call<{ items: Event[] }>('GET', path);
  expect(body.items[0]).toMatchObject({ type: 'suspect' });

  await deploy('second', lost.hostId);
  expect((await instanceOf('second'))?.message).toContain('1 lost its link a moment ago');
  await client.call('POST', '/api/v1/deployments', { name: 'third', backend_name: 'engine' });
  expect(await instanceOf('third')).toMatchObject({ state: 'queued', host_id: other.hostId });

  const again = await openLink(client, lost.secret);
  await until('its new link asks for a sync', () => again.heard.length > 0);
  await lost.sync({ has_link: true });
  expect(await statusOf(lost.hostId)).toBe('online');
  await until('what waited for it is placed', async () => {
    const instance = await instanceOf('second');
    return instance?.state === 'queued' && instance.host_id === lost.hostId;
  });
  // Nothing was asked anew of what it ran all the time.
  expect(await instanceOf('first')).toMatchObject({ state: 'running', generation: 1 });
});
