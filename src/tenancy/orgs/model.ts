import type { Org } from '../../../contract/org.ts';
import type { OrgRow } from './store.ts';

export function toOrg(row: OrgRow): Org {
  return {
    id: row.id,
    name: row.name,
    replacement_held_at:
      row.replacementHeldAt === null ? null : new Date(row.replacementHeldAt).toISOString(),
    created_at: new Date(row.createdAt).toISOString(),
  };
}
