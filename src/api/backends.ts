import * as z from 'zod';
import {
  Backend,
  BackendDefinition,
  BackendPatch,
  BackendQuery,
  DefinitionYaml,
} from '../../contract/backend.ts';
import { pageOf } from '../../contract/common.ts';
import { changeBackend } from '../backends/change.ts';
import { createBackend } from '../backends/create.ts';
import { exportYaml } from '../backends/export.ts';
import { applyMergePatch } from '../backends/merge-patch.ts';
import { toBackend, withoutIgnoredKeys } from '../backends/model.ts';
import { getBackend, keyOf, listBackends } from '../backends/read.ts';
import { removeBackend } from '../backends/remove.ts';
import { readBody, readPatch } from '../http/body.ts';
import { headersOf } from '../http/document/headers.ts';
import { parameter } from '../http/document/parameters.ts';
import { checkIfMatch, demandIfMatch, etagOf, isNotModified } from '../http/etag.ts';
import { idempotentScope } from '../http/idempotency.ts';
import {
  answer,
  bodyOf,
  jsonOrYaml,
  newUserRouter,
  patchBodyOf,
  problems,
  userRoute,
} from '../http/openapi.ts';
import { decodeCursor, toPage } from '../http/page.ts';
import { wantsYaml } from '../http/yaml.ts';
import { locationOfBackend } from './locations.ts';
import { wake } from './wake.ts';

export const backendRoutes = newUserRouter();

const params = z.object({ backend_name: z.string().describe('The name of the backend.') });
const tags = ['Backends'];
const definitionBody = bodyOf(backendRoutes, 'BackendDefinition', BackendDefinition);

backendRoutes.openapi(
  userRoute({
    method: 'get',
    path: '/backends',
    operationId: 'listBackends',
    'x-required-role': 'viewer',
    tags,
    summary: 'List the backends of the organisation, by name; built-in ones are among them',
    request: { query: BackendQuery },
    responses: {
      200: answer(pageOf(Backend).meta({ id: 'BackendPage' }), 'One page of backends'),
      ...problems,
    },
  }),
  async (c) => {
    const { limit, cursor, ...filter } = c.req.valid('query');
    const rows = await listBackends(c.var.scope, decodeCursor(cursor), limit + 1, filter);
    const page = toPage(
      rows,
      limit,
      ({ record }) => keyOf(record),
      ({ record, users }) => toBackend(record, users),
    );
    return c.json(page, 200);
  },
);

backendRoutes.openapi(
  userRoute({
    method: 'post',
    path: '/backends',
    operationId: 'createBackend',
    'x-required-role': 'operator',
    tags,
    summary: 'Import a backend definition, in JSON or YAML',
    parameters: [parameter('IdempotencyKey')],
    request: { body: definitionBody },
    responses: { 201: answer(Backend, 'The new backend', 'ETag', 'Location'), ...problems },
  }),
  async (c) => {
    const definition = await readBody(c, BackendDefinition, { prepare: withoutIgnoredKeys });
    const scope = await idempotentScope(c, 201, locationOfBackend);
    const backend = await createBackend(scope, definition);
    c.header('etag', etagOf(backend.revision));
    c.header('location', locationOfBackend(backend));
    return c.json(backend, 201);
  },
);

backendRoutes.openapi(
  userRoute({
    method: 'get',
    path: '/backends/{backend_name}',
    operationId: 'getBackend',
    'x-required-role': 'viewer',
    tags,
    summary: 'Read a backend; as YAML in the form that an import takes',
    parameters: [parameter('IfNoneMatch')],
    request: { params },
    responses: {
      200: jsonOrYaml(Backend, DefinitionYaml, 'The backend', 'ETag'),
      304: { description: 'Not modified', headers: headersOf('ETag') },
      ...problems,
    },
  }),
  async (c) => {
    const { record, users } = await getBackend(c.var.scope, c.req.valid('param').backend_name);
    c.header('etag', etagOf(record.revision));
    c.header('vary', 'accept');
    if (isNotModified(c, record.revision)) return c.body(null, 304);
    if (wantsYaml(c.req.header('accept'))) {
      return c.body(exportYaml(record.definition), 200, { 'content-type': 'application/yaml' });
    }
    return c.json(toBackend(record, users), 200);
  },
);

backendRoutes.openapi(
  userRoute({
    method: 'put',
    path: '/backends/{backend_name}',
    operationId: 'replaceBackend',
    'x-required-role': 'operator',
    tags,
    summary: 'Replace a definition as a whole; demands If-Match',
    parameters: [parameter('IfMatchRequired')],
    request: { params, body: definitionBody },
    responses: { 200: answer(Backend, 'The backend at its new revision', 'ETag'), ...problems },
  }),
  async (c) => {
    const definition = await readBody(c, BackendDefinition, { prepare: withoutIgnoredKeys });
    const { backend_name: name } = c.req.valid('param');
    const backend = await changeBackend(c.var.scope, name, ({ revision }) => {
      demandIfMatch(c, revision);
      return { definition };
    });
    // What could not be rendered before may wait for this.
    wake(c, { deployments: [], roomGrew: true });
    c.header('etag', etagOf(backend.revision));
    return c.json(backend, 200);
  },
);

backendRoutes.openapi(
  userRoute({
    method: 'patch',
    path: '/backends/{backend_name}',
    operationId: 'patchBackend',
    'x-required-role': 'operator',
    tags,
    summary: 'Merge changes into a definition (RFC 7396); demands If-Match',
    parameters: [parameter('IfMatchRequired')],
    request: {
      params,
      body: patchBodyOf(backendRoutes, 'BackendPatch', BackendPatch),
    },
    responses: { 200: answer(Backend, 'The backend at its new revision', 'ETag'), ...problems },
  }),
  async (c) => {
    const patch = await readPatch(c, BackendDefinition);
    const { backend_name: name } = c.req.valid('param');
    const backend = await changeBackend(c.var.scope, name, ({ revision, definition }) => {
      demandIfMatch(c, revision);
      return {
        definition: patch((change) => applyMergePatch(definition, withoutIgnoredKeys(change))),
      };
    });
    // What could not be rendered before may wait for this.
    wake(c, { deployments: [], roomGrew: true });
    c.header('etag', etagOf(backend.revision));
    return c.json(backend, 200);
  },
);

backendRoutes.openapi(
  userRoute({
    method: 'delete',
    path: '/backends/{backend_name}',
    operationId: 'deleteBackend',
    'x-required-role': 'operator',
    tags,
    summary: 'Delete a backend that no deployment uses; disables a community one',
    parameters: [parameter('IfMatch')],
    request: { params },
    responses: { 204: { description: 'Deleted' }, ...problems },
  }),
  async (c) => {
    const { backend_name: name } = c.req.valid('param');
    await removeBackend(c.var.scope, name, (revision) => checkIfMatch(c, revision));
    return c.body(null, 204);
  },
);
