import type { ApiToken } from '../../../contract/access.ts';
import { toTime } from '../../db/time.ts';
import type { TokenRow } from './store.ts';

export function toApiToken(row: TokenRow, now: number): ApiToken {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    prefix: row.prefix,
    status: statusOf(row, now),
    created_at: toTime(row.createdAt),
    created_by: row.createdBy,
    expires_at: toTime(row.expiresAt),
    last_used_at: toTime(row.lastUsedAt),
    revoked_at: toTime(row.revokedAt),
  };
}

function statusOf({ revokedAt, expiresAt }: TokenRow, now: number): ApiToken['status'] {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && expiresAt <= now ? 'expired' : 'active';
}
