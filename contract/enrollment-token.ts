import * as z from 'zod';
import { Labels, Timestamp } from './common.ts';

export const EnrollmentTokenInput = z
  .strictObject({
    uses: z.int().min(1).max(1000).default(1).describe('How many hosts may enrol with it.'),
    expires_in_seconds: z
      .int()
      .min(60)
      .max(2_592_000)
      .default(3600)
      .describe('How long it can be used.'),
    labels: Labels.optional().describe('Given to the hosts that enrol with it.'),
  })
  .meta({ id: 'EnrollmentTokenInput', description: 'What an enrolment token shall be good for.' });

/** A token that lets hosts enrol, without what it is. */
export const EnrollmentToken = z
  .object({
    id: z.string().describe('The id of the token, sortable by time.'),
    uses: z.int().describe('How many hosts may enrol with it.'),
    uses_left: z.int().describe('How many more may.'),
    labels: Labels.describe('Given to the hosts that enrol with it, over their own.'),
    expires_at: Timestamp.describe('Until when it can be used.'),
    created_by: z.string().describe('Who made it.'),
    created_at: Timestamp.describe('When it was made.'),
  })
  .meta({
    id: 'EnrollmentToken',
    description: 'A token that lets hosts enrol, without what it is.',
  });

/** Shown once: the server keeps a hash only. */
export const NewEnrollmentToken = z
  .object({ ...EnrollmentToken.shape, token: z.string().describe('The token itself.') })
  .meta({
    id: 'NewEnrollmentToken',
    description: 'A token that lets hosts enrol. Shown once: the server keeps a hash only.',
  });
export type NewEnrollmentToken = z.infer<typeof NewEnrollmentToken>;
