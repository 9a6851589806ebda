import type * as z from 'zod';
import type { EnrollmentToken, EnrollmentTokenInput } from '../../contract/host.ts';
import { write } from '../db/batch.ts';
import { newId } from '../db/ids.ts';
import { toTime } from '../db/time.ts';
import { newToken, sha256 } from '../tenancy/hash.ts';
import { missingOrg } from '../tenancy/orgs/missing.ts';
import type { Scope } from '../tenancy/scope.ts';
import { insertEnrollmentToken } from './store/enrollment.ts';

/** Makes a token that lets hosts enrol. The token itself is in the answer only. */
export async function createEnrollmentToken(
  scope: Scope,
  input: z.output<typeof EnrollmentTokenInput>,
): Promise<z.output<typeof EnrollmentToken>> {
  const id = newId('ent');
  const token = newToken('lse_');
  const expiresAt = scope.now + input.expires_in_seconds * 1000;
  await write(scope.database, [
    {
      query: insertEnrollmentToken(scope.database, {
        id,
        orgId: scope.orgId,
        tokenHash: await sha256(token),
        usesLeft: input.uses,
        labels: input.labels ?? {},
        expiresAt,
        createdAt: scope.now,
      }),
      orphan: missingOrg(scope.orgId),
    },
    ...scope.audit({
      resource: { kind: 'enrollment_token', id, name: id },
      before: null,
      after: { uses: input.uses, labels: input.labels ?? {}, expires_at: toTime(expiresAt) },
    }),
  ]);
  return { id, token, uses: input.uses, expires_at: toTime(expiresAt) };
}
