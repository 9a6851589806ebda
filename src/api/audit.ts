import { AuditLine, AuditQuery } from '../../contract/audit.ts';
import { pageOf } from '../../contract/common.ts';
import type { AppContext } from '../http/context.ts';
import { answer, newUserRouter, problems, userRoute } from '../http/openapi.ts';
import { decodeCursor, toPage } from '../http/page.ts';
import { platformAudit } from '../tenancy/audit/entry.ts';
import { listAudit } from '../tenancy/audit/read.ts';

export const auditRoutes = newUserRouter();

const tags = ['Access'];
const AuditPage = pageOf(AuditLine).meta({ id: 'AuditPage' });
const responses = { 200: answer(AuditPage, 'One page of changes'), ...problems };

auditRoutes.openapi(
  userRoute({
    method: 'get',
    path: '/audit',
    operationId: 'listAudit',
    'x-required-role': 'admin',
    tags,
    summary: 'Who changed what in the organisation, and how it was before; newest first',
    request: { query: AuditQuery },
    responses,
  }),
  async (c) => c.json(await readPage(c, c.var.scope.orgId, c.req.valid('query')), 200),
);

auditRoutes.openapi(
  userRoute({
    method: 'get',
    path: '/audit/platform',
    operationId: 'listPlatformAudit',
    'x-required-role': 'platform',
    tags,
    summary: 'Who changed what above the organisations, such as that one was made; newest first',
    request: { query: AuditQuery },
    responses,
  }),
  async (c) => c.json(await readPage(c, platformAudit, c.req.valid('query')), 200),
);

async function readPage(
  c: AppContext,
  orgId: string,
  { limit, cursor, from, until, ...filter }: AuditQuery,
) {
  const times = { from: momentOf(from), until: momentOf(until) };
  const rows = await listAudit(
    c.var.database,
    orgId,
    { ...filter, ...times },
    decodeCursor(cursor),
    limit + 1,
  );
  return toPage(rows, limit, (row) => row.id);
}

function momentOf(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time);
}
