import type * as z from 'zod';
import type { EnrollmentToken } from '../../contract/enrollment-token.ts';
import { Failure } from '../../contract/failure.ts';
import { write } from '../db/batch.ts';
import { toTime } from '../db/time.ts';
import type { Scope } from '../tenancy/scope.ts';
import {
  deleteEnrollmentToken,
  type EnrollmentTokenRow,
  isEnrollmentToken,
  selectEnrollmentToken,
  selectEnrollmentTokens,
} from './store/enrollment.ts';

type Token = z.output<typeof EnrollmentToken>;

/** At most `limit` tokens after the id `after`, without what they are; also those that are used up or expired. */
export async function listEnrollmentTokens(
  { database, orgId }: Scope,
  after: string | undefined,
  limit: number,
): Promise<Token[]> {
  return (await selectEnrollmentTokens(database, orgId, after, limit)).map(toEnrollmentToken);
}

/** @throws Failure `not_found` */
export async function getEnrollmentToken({ database, orgId }: Scope, id: string): Promise<Token> {
  const [row] = await selectEnrollmentToken(database, orgId, id);
  if (!row) throw noToken(id);
  return toEnrollmentToken(row);
}

/**
 * From the next enrolment on nobody enrols with the token. Hosts that did stay.
 * @throws Failure `not_found`
 */
export async function revokeEnrollmentToken(scope: Scope, id: string): Promise<void> {
  const { database, orgId } = scope;
  const [token] = await selectEnrollmentToken(database, orgId, id);
  if (!token) throw noToken(id);
  await write(database, [
    ...scope.audit({
      resource: { kind: 'enrollment_token', id, name: id },
      before: decidedOf(token),
      after: null,
      onlyIf: isEnrollmentToken(orgId, id),
    }),
    { query: deleteEnrollmentToken(database, orgId, id) },
  ]);
}

/** What people decide of a token. */
export function decidedOf({ uses, labels, expiresAt }: EnrollmentTokenRow) {
  return { uses, labels, expires_at: toTime(expiresAt) };
}

export function toEnrollmentToken(row: EnrollmentTokenRow): Token {
  return {
    id: row.id,
    uses: row.uses,
    uses_left: row.usesLeft,
    labels: row.labels,
    expires_at: toTime(row.expiresAt),
    created_by: row.createdBy,
    created_at: toTime(row.createdAt),
  };
}

function noToken(id: string): Failure {
  return new Failure('not_found', `There is no enrolment token "${id}".`);
}
