import type * as z from 'zod';
import type { EnrollmentTokenInput, NewEnrollmentToken } from '../../contract/enrollment-token.ts';
import { write } from '../db/batch.ts';
import { newId } from '../db/ids.ts';
import { newToken, sha256 } from '../tenancy/hash.ts';
import { missingOrg } from '../tenancy/orgs/missing.ts';
import type { Scope } from '../tenancy/scope.ts';
import { decidedOf, toEnrollmentToken } from './enrollment-tokens.ts';
import { insertEnrollmentToken } from './store/enrollment.ts';

/** Makes a token that lets hosts enrol. The token itself is in the answer only. */
export async function createEnrollmentToken(
  scope: Scope,
  input: z.output<typeof EnrollmentTokenInput>,
): Promise<z.output<typeof NewEnrollmentToken>> {
  const token = newToken('lse_');
  const row = {
    id: newId('ent'),
    orgId: scope.orgId,
    tokenHash: await sha256(token),
    uses: input.uses,
    usesLeft: input.uses,
    labels: input.labels ?? {},
    expiresAt: scope.now + input.expires_in_seconds * 1000,
    createdBy: scope.author,
    createdAt: scope.now,
  };
  await write(scope.database, [
    { query: insertEnrollmentToken(scope.database, row), orphan: missingOrg(scope.orgId) },
    ...scope.audit({
      resource: { kind: 'enrollment_token', id: row.id, name: row.id },
      before: null,
      after: decidedOf(row),
    }),
  ]);
  return { ...toEnrollmentToken(row), token };
}
