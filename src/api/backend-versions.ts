import * as z from 'zod';
import {
  BackendVersion,
  VersionConfig,
  VersionConfigYaml,
  VersionName,
} from '../../contract/backend.ts';
import { pageOf } from '../../contract/common.ts';
import { Failure } from '../../contract/failure.ts';
import { exportYaml } from '../backends/export.ts';
import { withoutIgnoredVersionKeys } from '../backends/model.ts';
import { getBackend } from '../backends/read.ts';
import { putVersion, removeVersion, toVersions, versionNamed } from '../backends/versions.ts';
import { readBody } from '../http/body.ts';
import { problemsOf } from '../http/document/errors.ts';
import { parameter } from '../http/document/parameters.ts';
import { checkIfMatch, demandIfMatch, etagOf } from '../http/etag.ts';
import { answer, bodyOf, jsonOrYaml, newUserRouter, problems, userRoute } from '../http/openapi.ts';
import { wantsYaml } from '../http/yaml.ts';
import { wake } from './wake.ts';

/** The versions of a backend, as a resource of their own. Their ETag is the backend's. */
export const backendVersionRoutes = newUserRouter();

const tags = ['Backends'];
const params = z.object({ backend_name: z.string().describe('The name of the backend.') });
const versionParams = params.extend({ version: z.string().describe('The name of the version.') });

backendVersionRoutes.openapi(
  userRoute({
    method: 'get',
    path: '/backends/{backend_name}/versions',
    operationId: 'listBackendVersions',
    'x-required-role': 'viewer',
    tags,
    summary: 'List the versions of a backend, greatest first, with who runs them',
    request: { params },
    responses: {
      200: answer(
        pageOf(BackendVersion).meta({ id: 'BackendVersionPage' }),
        'All its versions',
        'ETag',
      ),
      ...problems,
    },
  }),
  async (c) => {
    const { record, users } = await getBackend(c.var.scope, c.req.valid('param').backend_name);
    c.header('etag', etagOf(record.revision));
    return c.json({ items: toVersions(record, users), next_cursor: null }, 200);
  },
);

backendVersionRoutes.openapi(
  userRoute({
    method: 'get',
    path: '/backends/{backend_name}/versions/{version}',
    operationId: 'getBackendVersion',
    'x-required-role': 'viewer',
    tags,
    summary: 'Read one version of a backend',
    request: { params: versionParams },
    responses: {
      200: jsonOrYaml(BackendVersion, VersionConfigYaml, 'The version', 'ETag'),
      ...problems,
    },
  }),
  async (c) => {
    const { backend_name: name, version } = c.req.valid('param');
    const { record, users } = await getBackend(c.var.scope, name);
    const found = versionNamed(toVersions(record, users), version);
    c.header('etag', etagOf(record.revision));
    c.header('vary', 'accept');
    if (wantsYaml(c.req.header('accept'))) {
      const { [version]: config } = record.definition.version_configs;
      if (config) return c.body(exportYaml(config), 200, { 'content-type': 'application/yaml' });
    }
    return c.json(found, 200);
  },
);

backendVersionRoutes.openapi(
  userRoute({
    method: 'put',
    path: '/backends/{backend_name}/versions/{version}',
    operationId: 'putBackendVersion',
    'x-required-role': 'operator',
    tags,
    summary: 'Add a version, or replace the one of that name; to replace demands If-Match',
    parameters: [parameter('IfMatch')],
    request: {
      params: versionParams,
      body: bodyOf(backendVersionRoutes, 'VersionConfig', VersionConfig),
    },
    responses: {
      200: answer(BackendVersion, 'The changed version', 'ETag'),
      201: answer(BackendVersion, 'The new version', 'ETag'),
      ...problemsOf({ also: ['precondition_required'] }),
    },
  }),
  async (c) => {
    const { backend_name: name, version } = c.req.valid('param');
    const named = VersionName.safeParse(version);
    if (!named.success) {
      const detail = named.error.issues[0]?.message ?? 'is not usable';
      throw new Failure('invalid_request', `The version's name ${detail}.`);
    }
    const config = await readBody(c, VersionConfig, { prepare: withoutIgnoredVersionKeys });
    const { backend, created } = await putVersion(
      c.var.scope,
      name,
      version,
      config,
      (revision, exists) => (exists ? demandIfMatch(c, revision) : checkIfMatch(c, revision)),
    );
    const { record, users } = await getBackend(c.var.scope, name);
    // What could not be rendered before may wait for this.
    wake(c, { deployments: [], roomGrew: true });
    c.header('etag', etagOf(backend.revision));
    return c.json(versionNamed(toVersions(record, users), version), created ? 201 : 200);
  },
);

backendVersionRoutes.openapi(
  userRoute({
    method: 'delete',
    path: '/backends/{backend_name}/versions/{version}',
    operationId: 'deleteBackendVersion',
    'x-required-role': 'operator',
    tags,
    summary: 'Remove a version that no deployment runs',
    parameters: [parameter('IfMatch')],
    request: { params: versionParams },
    responses: { 204: { description: 'Removed' }, ...problems },
  }),
  async (c) => {
    const { backend_name: name, version } = c.req.valid('param');
    await removeVersion(c.var.scope, name, version, (revision) => checkIfMatch(c, revision));
    return c.body(null, 204);
  },
);
