import * as z from 'zod';
import { DnsLabel, Timestamp } from './common.ts';

export const OrgInput = z.strictObject({ name: DnsLabel }).meta({ id: 'OrgInput' });

export const Org = z
  .object({
    id: z.string(),
    name: z.string(),
    /**
     * Since when no instance is replaced, because more than half of the hosts fell silent within a minute; null: as
     * usual. It ends when half of them are back, or by `release-replacement`.
     */
    replacement_held_at: z.union([Timestamp, z.null()]),
    created_at: Timestamp,
  })
  .meta({ id: 'Org' });
export type Org = z.infer<typeof Org>;

/** Names the organisation (by id) that the request of a person, or of the platform administrator, acts in. */
export const orgHeader = 'longshore-org';
/** Made by the first migration; what a request acts in that names none. */
export const defaultOrgId = 'org_default';
