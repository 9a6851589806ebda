import { expect, test } from 'vitest';
import type { Backend } from '../../contract/backend.ts';
import { newOrg } from '../support/client.ts';
import { definition } from '../support/definitions.ts';
import { newFakeAgent } from '../support/fake-agent.ts';

test('half a character is refused where it stands, in JSON and YAML, in values and keys', async () => {
  const client = await newOrg();
  const { hostId } = await newFakeAgent(client);
  const path = `/api/v1/hosts/${hostId}`;
  const refused = (pointer: string) => ({
    status: 400,
    body: { code: 'invalid_request', errors: [{ pointer, code: 'invalid_text' }] },
  });
  const send = (type: string, text: string) =>
    client.call('PATCH', path, undefined, { raw: { type, text } });
  expect(await send('application/json', '{"name":"x\\udc00y"}')).toMatchObject(refused('/name'));
  expect(await send('application/json', '{"labels":{"\\ud800":"x"}}')).toMatchObject(
    refused('/labels'),
  );
  expect(await send('application/yaml', 'name: "x\\ud800y"')).toMatchObject(refused('/name'));
  // A whole one is kept as it is.
  const rocket = JSON.stringify(definition({ description: '🚀' })).replace('🚀', '\\ud83d\\ude80');
  const whole = await client.call<Backend>('POST', '/api/v1/backends', undefined, {
    raw: { type: 'application/json', text: rocket },
  });
  expect(whole).toMatchObject({ status: 201, body: { description: '🚀' } });
});
