import type { Org } from '../../../contract/org.ts';
import { toTime } from '../../db/time.ts';
import type { OrgRow } from './store.ts';

export function toOrg(row: OrgRow): Org {
  return {
    id: row.id,
    name: row.name,
    replacement_held_at: toTime(row.replacementHeldAt),
    created_at: toTime(row.createdAt),
  };
}
