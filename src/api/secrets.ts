import * as z from 'zod';
import { PageQuery, pageOf, SecretName } from '../../contract/common.ts';
import { Registry, RegistryInput, RegistryServer } from '../../contract/registry.ts';
import { Secret, SecretInput } from '../../contract/secret.ts';
import { setRegistry } from '../deployments/set-registry.ts';
import { setSecret } from '../deployments/set-secret.ts';
import { readBody } from '../http/body.ts';
import { answer, bodyOf, newUserRouter, problems, userRoute } from '../http/openapi.ts';
import { decodeCursor, toPage } from '../http/page.ts';
import { ringHosts } from '../hub/ring.ts';
import { getRegistry, listRegistries } from '../tenancy/registries/read.ts';
import { removeRegistry } from '../tenancy/registries/remove.ts';
import { getSecret, listSecrets } from '../tenancy/secrets/read.ts';
import { removeSecret } from '../tenancy/secrets/remove.ts';
import { openVault } from '../tenancy/secrets/vault.ts';

/** Secrets, and the logins at registries that name them. */
export const secretRoutes = newUserRouter();

const tags = ['Secrets'];
const named = z.object({ name: SecretName.describe('The name of the secret.') });

secretRoutes.openapi(
  userRoute({
    method: 'get',
    path: '/secrets',
    operationId: 'listSecrets',
    'x-required-role': 'viewer',
    tags,
    summary: 'List the secrets of the organisation, by name, without their values',
    request: { query: PageQuery },
    responses: {
      200: answer(pageOf(Secret).meta({ id: 'SecretPage' }), 'One page of secrets'),
      ...problems,
    },
  }),
  async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const rows = await listSecrets(c.var.scope, decodeCursor(cursor), limit + 1);
    return c.json(
      toPage(rows, limit, (row) => row.name),
      200,
    );
  },
);

secretRoutes.openapi(
  userRoute({
    method: 'get',
    path: '/secrets/{name}',
    operationId: 'getSecret',
    'x-required-role': 'viewer',
    tags,
    summary: 'Read who uses a secret, and when it was set; its value is never shown',
    request: { params: named },
    responses: { 200: answer(Secret, 'The secret, without its value'), ...problems },
  }),
  async (c) => c.json(await getSecret(c.var.scope, c.req.valid('param').name), 200),
);

secretRoutes.openapi(
  userRoute({
    method: 'put',
    path: '/secrets/{name}',
    operationId: 'setSecret',
    'x-required-role': 'admin',
    tags,
    summary:
      'Set a secret; {{secrets.NAME}} stands for it in environments, commands and registries',
    request: { params: named, body: bodyOf(secretRoutes, 'SecretInput', SecretInput) },
    responses: { 200: answer(Secret, 'The secret, without its value'), ...problems },
  }),
  async (c) => {
    const { value } = await readBody(c, SecretInput);
    const vault = openVault(c.env.SECRETS_KEY);
    const { secret, bells } = await setSecret(c.var.scope, vault, c.req.valid('param').name, value);
    c.executionCtx.waitUntil(ringHosts(c.env, bells));
    return c.json(secret, 200);
  },
);

secretRoutes.openapi(
  userRoute({
    method: 'delete',
    path: '/secrets/{name}',
    operationId: 'deleteSecret',
    'x-required-role': 'admin',
    tags,
    summary: 'Delete a secret that nothing uses',
    request: { params: named },
    responses: { 204: { description: 'Deleted' }, ...problems },
  }),
  async (c) => {
    await removeSecret(c.var.scope, c.req.valid('param').name);
    return c.body(null, 204);
  },
);

const at = z.object({
  server: RegistryServer.describe('The host of the registry, with its port where it has one.'),
});

secretRoutes.openapi(
  userRoute({
    method: 'get',
    path: '/registries',
    operationId: 'listRegistries',
    'x-required-role': 'viewer',
    tags,
    summary: 'List the logins at registries, by server',
    request: { query: PageQuery },
    responses: {
      200: answer(pageOf(Registry).meta({ id: 'RegistryPage' }), 'One page of logins'),
      ...problems,
    },
  }),
  async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const rows = await listRegistries(c.var.scope, decodeCursor(cursor), limit + 1);
    return c.json(
      toPage(rows, limit, (row) => row.server),
      200,
    );
  },
);

secretRoutes.openapi(
  userRoute({
    method: 'get',
    path: '/registries/{server}',
    operationId: 'getRegistry',
    'x-required-role': 'viewer',
    tags,
    summary: 'Read the login at a registry; its password is the name of a secret',
    request: { params: at },
    responses: { 200: answer(Registry, 'The login'), ...problems },
  }),
  async (c) => c.json(await getRegistry(c.var.scope, c.req.valid('param').server), 200),
);

secretRoutes.openapi(
  userRoute({
    method: 'put',
    path: '/registries/{server}',
    operationId: 'setRegistry',
    'x-required-role': 'admin',
    tags,
    summary: 'Set the login at a registry: hosts pull its images with it',
    request: { params: at, body: bodyOf(secretRoutes, 'RegistryInput', RegistryInput) },
    responses: { 200: answer(Registry, 'The login'), ...problems },
  }),
  async (c) => {
    const input = await readBody(c, RegistryInput);
    const { registry, bells } = await setRegistry(c.var.scope, c.req.valid('param').server, input);
    c.executionCtx.waitUntil(ringHosts(c.env, bells));
    return c.json(registry, 200);
  },
);

secretRoutes.openapi(
  userRoute({
    method: 'delete',
    path: '/registries/{server}',
    operationId: 'deleteRegistry',
    'x-required-role': 'admin',
    tags,
    summary: 'Delete the login at a registry',
    request: { params: at },
    responses: { 204: { description: 'Deleted' }, ...problems },
  }),
  async (c) => {
    await removeRegistry(c.var.scope, c.req.valid('param').server);
    return c.body(null, 204);
  },
);
