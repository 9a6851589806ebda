import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Doorbell } from '../../contract/agent-protocol.ts';
import { type Client, newOrg } from '../support/client.ts';
import { definition } from '../support/definitions.ts';
import { type FakeAgent, newFakeAgent, newSecret } from '../support/fake-agent.ts';
import { openLink } from '../support/link.ts';
import { until } from '../support/until.ts';

function deploy(client: Client, name: string) {
  return client.call('POST', '/api/v1/deployments', { name, backend_name: 'engine' });
}

async function hostWithLink(): Promise<{ client: Client; agent: FakeAgent }> {
  const client = await newOrg();
  await client.call('POST', '/api/v1/backends', definition());
  return { client, agent: await newFakeAgent(client) };
}

test('the doorbell rings with the revision that waits, and a ping is answered', async () => {
  const { client, agent } = await hostWithLink();
  const { heard, socket } = await openLink(client, agent.secret);
  socket.send('ping');
  await until('the ping is answered', () => heard.includes('pong'));
  await deploy(client, 'model');
  const bell = await until('the bell rings', () => heard.find((text) => text !== 'pong'));
  expect(Doorbell.parse(JSON.parse(bell))).toEqual({ revision: 1 });
});

test('a bell that is not answered rings again, and a host that was away hears it when it comes', async () => {
  const { client, agent } = await hostWithLink();
  await deploy(client, 'model');
  const { heard } = await openLink(client, agent.secret);
  await until('the bell rings at once', () => heard.length === 1);
  await until('it rings again', () => heard.length === 2, 20_000);
  await agent.sync();
  await agent.report([]);
  await deploy(client, 'second');
  await until('the next bell has the next revision', () => heard.includes('{"revision":2}'));
});

test('a link without a good secret is refused', async () => {
  const { client } = await hostWithLink();
  await expect(openLink(client, newSecret())).rejects.toThrow('401');
});

test('a second link of a host replaces the first', async () => {
  const { client, agent } = await hostWithLink();
  const first = await openLink(client, agent.secret);
  const second = await openLink(client, agent.secret);
  // The close frame has come; the connection under it may stay a little.
  await until('the first is closing', () => first.socket.readyState !== WebSocket.OPEN);
  await deploy(client, 'model');
  await until('the second hears the bell', () => second.heard.length === 1);
});

test('the link of a host that was removed is closed, and it gets no other', async () => {
  const { client, agent } = await hostWithLink();
  const { socket } = await openLink(client, agent.secret);
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  expect((await client.call('DELETE', `/api/v1/hosts/${agent.hostId}`)).status).toBe(204);
  expect(await closed).toBe(4001);
  await expect(openLink(client, agent.secret)).rejects.toThrow('410');
});
