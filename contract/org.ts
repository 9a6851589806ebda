import * as z from 'zod';
import { DnsLabel, Timestamp } from './common.ts';

export const OrgInput = z
  .strictObject({ name: DnsLabel.describe('Unique on this control plane. A DNS label.') })
  .meta({ id: 'OrgInput', description: 'What an organisation shall be.' });

export const Org = z
  .object({
    id: z.string().describe('Prefixed, sortable by time.'),
    name: z.string().describe('Its name.'),
    replacement_held_at: z
      .union([Timestamp, z.null()])
      .describe(
        'Since when no instance is replaced, because more than half of the hosts fell silent within a minute; null: as usual. It ends when half of them are back, or by `release-replacement`.',
      ),
    created_at: Timestamp.describe('When it was made.'),
  })
  .meta({
    id: 'Org',
    description: 'An organisation: everything but the shipped catalogue belongs to one.',
  });
export type Org = z.infer<typeof Org>;

/** Names the organisation (by id) that a platform administrator's request acts in. */
export const orgHeader = 'longshore-org';
/** Made by the first migration; what a request acts in that names none. */
export const defaultOrgId = 'org_default';
