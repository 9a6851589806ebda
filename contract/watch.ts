import * as z from 'zod';
import { AuditedKind } from './audit.ts';

/** What the members of an organisation may hear of: not how somebody signs in. */
export const WatchedKind = AuditedKind.exclude(['sign_in_link', 'person', 'session']).meta({
  id: 'WatchedKind',
  description: 'What kind of thing changes.',
});
export type WatchedKind = z.infer<typeof WatchedKind>;

export const WatchedChange = z
  .object({
    kind: WatchedKind,
    id: z
      .string()
      .optional()
      .describe(
        'Of a deployment, a backend or a host; left out where any of its kind may have changed.',
      ),
  })
  .meta({ id: 'WatchedChange', description: 'A thing that changed, was made, or is gone.' });
export type WatchedChange = z.infer<typeof WatchedChange>;

export const WatchMessage = z
  .object({ changed: z.array(WatchedChange).describe('All that changed since the one before.') })
  .meta({
    id: 'WatchMessage',
    description:
      'Which things changed, never what they are: whoever wants to know reads them, as far as they may.',
  });
export type WatchMessage = z.infer<typeof WatchMessage>;
