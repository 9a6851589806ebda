import * as z from 'zod';
import { DnsLabel, Timestamp } from './common.ts';

/** So many of each an organisation may have. */
const limit = (what: string) => z.int().min(0).max(1_000_000).describe(what);

const limits = {
  hosts: limit('Hosts.'),
  deployments: limit('Deployments, those that are being deleted among them.'),
  tokens: limit('API tokens that are let in.'),
};

export const OrgLimits = z.object(limits).meta({
  id: 'OrgLimits',
  description: 'So many of each an organisation may have. What is there already stays.',
});
export type OrgLimits = z.infer<typeof OrgLimits>;
/** What a new organisation may have. */
export const usualLimits: OrgLimits = { hosts: 10_000, deployments: 10_000, tokens: 100 };

const OrgLimitsInput = z.strictObject(limits).partial().meta({
  id: 'OrgLimitsInput',
  description: 'What is left out stays as it is. Only the platform administrator sets them.',
});

const name = DnsLabel.describe('Unique on this control plane. A DNS label.');

export const OrgInput = z
  .strictObject({ name, limits: OrgLimitsInput.optional() })
  .meta({ id: 'OrgInput', description: 'What an organisation shall be.' });
export type OrgInput = z.output<typeof OrgInput>;

export const OrgChange = z
  .strictObject({ name: name.optional(), limits: OrgLimitsInput.optional() })
  .meta({ id: 'OrgChange', description: 'What changes of an organisation.' });
export type OrgChange = z.output<typeof OrgChange>;

export const Org = z
  .object({
    id: z.string().describe('Prefixed, sortable by time.'),
    name: z.string().describe('Its name.'),
    replacement_held_at: z
      .union([Timestamp, z.null()])
      .describe(
        'Since when no instance is replaced, because more than half of the hosts fell silent within a minute; null: as usual. It ends when half of them are back, or by `release-replacement`.',
      ),
    limits: OrgLimits,
    deleting_at: z
      .union([Timestamp, z.null()])
      .describe('Since when it is being deleted, with all that is in it; null: it is not.'),
    created_at: Timestamp.describe('When it was made.'),
  })
  .meta({
    id: 'Org',
    description: 'An organisation: everything but the shipped catalogue belongs to one.',
  });
export type Org = z.infer<typeof Org>;

/** Names the organisation (by id) that the request of a person, or of the platform administrator, acts in. */
export const orgHeader = 'longshore-org';
/** Made by the first migration; what a request acts in that names none. */
export const defaultOrgId = 'org_default';
