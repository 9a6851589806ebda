import * as z from 'zod';
import {
  Backend,
  BackendDiff,
  BackendRevision,
  BackendRevisionDetail,
  DefinitionYaml,
} from '../../contract/backend.ts';
import { PageQuery, pageOf } from '../../contract/common.ts';
import { exportYaml } from '../backends/export.ts';
import {
  diffRevisions,
  getRevision,
  listRevisions,
  restoreRevision,
} from '../backends/revisions.ts';
import { problemsOf } from '../http/document/errors.ts';
import { parameter } from '../http/document/parameters.ts';
import { demandIfMatch, etagOf } from '../http/etag.ts';
import { answer, jsonOrYaml, newUserRouter, problems, userRoute } from '../http/openapi.ts';
import { decodeNumberCursor, toPage } from '../http/page.ts';
import { wantsYaml } from '../http/yaml.ts';
import { wake } from './wake.ts';

export const backendRevisionRoutes = newUserRouter();

const tags = ['Backends'];
const revision = z.coerce.number().int().min(1).describe('A revision of the backend.');
const params = z.object({ backend_name: z.string().describe('The name of the backend.') });
const revisionParams = params.extend({ revision });

backendRevisionRoutes.openapi(
  userRoute({
    method: 'get',
    path: '/backends/{backend_name}/revisions',
    operationId: 'listBackendRevisions',
    'x-required-role': 'viewer',
    tags,
    summary: 'List the revisions of a backend, newest first',
    request: { params, query: PageQuery },
    responses: {
      200: answer(pageOf(BackendRevision).meta({ id: 'BackendRevisionPage' }), 'One page'),
      ...problems,
    },
  }),
  async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const { backend_name: name } = c.req.valid('param');
    const rows = await listRevisions(c.var.scope, name, decodeNumberCursor(cursor), limit + 1);
    return c.json(
      toPage(rows, limit, (row) => String(row.revision)),
      200,
    );
  },
);

backendRevisionRoutes.openapi(
  userRoute({
    method: 'get',
    path: '/backends/{backend_name}/revisions/{revision}',
    operationId: 'getBackendRevision',
    'x-required-role': 'viewer',
    tags,
    summary: 'Read what a backend was at a revision',
    request: { params: revisionParams },
    responses: {
      200: jsonOrYaml(BackendRevisionDetail, DefinitionYaml, 'The revision'),
      ...problems,
    },
  }),
  async (c) => {
    const { backend_name: name, revision: number } = c.req.valid('param');
    const detail = await getRevision(c.var.scope, name, number);
    c.header('vary', 'accept');
    if (wantsYaml(c.req.header('accept'))) {
      return c.body(exportYaml(detail.definition), 200, { 'content-type': 'application/yaml' });
    }
    return c.json(detail, 200);
  },
);

backendRevisionRoutes.openapi(
  userRoute({
    method: 'get',
    path: '/backends/{backend_name}/revisions/{revision}/diff',
    operationId: 'diffBackendRevisions',
    'x-required-role': 'viewer',
    tags,
    summary: 'What changed up to a revision, field by field: from the one before, or from another',
    request: {
      params: revisionParams,
      query: z.strictObject({
        from: revision.optional().describe('The earlier revision; left out: the one before.'),
      }),
    },
    responses: { 200: answer(BackendDiff, 'The differences'), ...problems },
  }),
  async (c) => {
    const { backend_name: name, revision: to } = c.req.valid('param');
    const from = c.req.valid('query').from ?? Math.max(1, to - 1);
    const differences = await diffRevisions(c.var.scope, name, from, to);
    return c.json({ from, to, differences }, 200);
  },
);

backendRevisionRoutes.openapi(
  userRoute({
    method: 'post',
    path: '/backends/{backend_name}/revisions/{revision}/restore',
    operationId: 'restoreBackendRevision',
    'x-required-role': 'operator',
    tags,
    summary: 'Make an old revision the newest one again; demands If-Match',
    parameters: [parameter('IfMatchRequired')],
    request: { params: revisionParams },
    responses: {
      200: answer(Backend, 'The backend at its new revision', 'ETag'),
      ...problemsOf({ also: ['invalid_definition'] }),
    },
  }),
  async (c) => {
    const { backend_name: name, revision: number } = c.req.valid('param');
    const backend = await restoreRevision(c.var.scope, name, number, (current) =>
      demandIfMatch(c, current),
    );
    // What could not be rendered before may wait for this.
    wake(c, { deployments: [], roomGrew: true });
    c.header('etag', etagOf(backend.revision));
    return c.json(backend, 200);
  },
);
