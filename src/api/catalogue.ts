import * as z from 'zod';
import { Backend, CatalogueItem, CatalogueQuery, DefinitionYaml } from '../../contract/backend.ts';
import { pageOf } from '../../contract/common.ts';
import {
  enableBackend,
  getCatalogueItem,
  listCatalogue,
  updateFromCatalogue,
} from '../backends/enable.ts';
import { exportYaml } from '../backends/export.ts';
import { keyOf } from '../backends/read.ts';
import { problemsOf } from '../http/document/errors.ts';
import { parameter } from '../http/document/parameters.ts';
import { demandIfMatch, etagOf } from '../http/etag.ts';
import { idempotentScope } from '../http/idempotency.ts';
import { answer, jsonOrYaml, newUserRouter, problems, userRoute } from '../http/openapi.ts';
import { decodeCursor, toPage } from '../http/page.ts';
import { wantsYaml } from '../http/yaml.ts';
import { locationOfBackend } from './locations.ts';
import { wake } from './wake.ts';

export const catalogueRoutes = newUserRouter();

const tags = ['Catalogue'];
const params = z.object({ backend_name: z.string().describe('The name of the backend.') });

catalogueRoutes.openapi(
  userRoute({
    method: 'get',
    path: '/catalog',
    operationId: 'listCatalogue',
    'x-required-role': 'viewer',
    tags,
    summary: 'Browse the backends that ship with the control plane',
    request: { query: CatalogueQuery },
    responses: {
      200: answer(pageOf(CatalogueItem).meta({ id: 'CataloguePage' }), 'One page'),
      ...problems,
    },
  }),
  async (c) => {
    const { limit, cursor, ...filter } = c.req.valid('query');
    const items = await listCatalogue(c.var.scope, decodeCursor(cursor), limit + 1, filter);
    return c.json(
      toPage(items, limit, (item) => keyOf({ backendName: item.backend_name })),
      200,
    );
  },
);

catalogueRoutes.openapi(
  userRoute({
    method: 'get',
    path: '/catalog/{backend_name}',
    operationId: 'getCatalogueItem',
    'x-required-role': 'viewer',
    tags,
    summary: 'Read a definition of the catalogue',
    request: { params },
    responses: {
      200: jsonOrYaml(CatalogueItem, DefinitionYaml, 'The definition'),
      ...problems,
    },
  }),
  async (c) => {
    const { backend_name: name } = c.req.valid('param');
    const { item, definition } = await getCatalogueItem(c.var.scope, name);
    c.header('vary', 'accept');
    if (wantsYaml(c.req.header('accept'))) {
      return c.body(exportYaml(definition), 200, { 'content-type': 'application/yaml' });
    }
    return c.json(item, 200);
  },
);

catalogueRoutes.openapi(
  userRoute({
    method: 'post',
    path: '/catalog/{backend_name}/enable',
    operationId: 'enableBackend',
    'x-required-role': 'operator',
    tags,
    summary: 'Take a community backend into the organisation',
    parameters: [parameter('IdempotencyKey')],
    request: { params },
    responses: { 201: answer(Backend, 'The backend', 'ETag', 'Location'), ...problems },
  }),
  async (c) => {
    const scope = await idempotentScope(c, 201, locationOfBackend);
    const backend = await enableBackend(scope, c.req.valid('param').backend_name);
    c.header('etag', etagOf(backend.revision));
    c.header('location', locationOfBackend(backend));
    return c.json(backend, 201);
  },
);

catalogueRoutes.openapi(
  userRoute({
    method: 'post',
    path: '/catalog/{backend_name}/update',
    operationId: 'updateBackendFromCatalogue',
    'x-required-role': 'operator',
    tags,
    summary: 'Bring an enabled backend to what the catalogue has now; demands If-Match',
    parameters: [parameter('IfMatchRequired')],
    request: { params },
    responses: {
      200: answer(Backend, 'The backend at its new revision', 'ETag'),
      ...problemsOf({ also: ['invalid_definition'] }),
    },
  }),
  async (c) => {
    const { backend_name: name } = c.req.valid('param');
    const backend = await updateFromCatalogue(c.var.scope, name, (revision) =>
      demandIfMatch(c, revision),
    );
    // What could not be rendered before may wait for this.
    wake(c, { deployments: [], roomGrew: true });
    c.header('etag', etagOf(backend.revision));
    return c.json(backend, 200);
  },
);
