import * as z from 'zod';

/** Such as `20000-20999`, both ends included. */
export const PortRange = z
  .string()
  .regex(/^\d{1,5}-\d{1,5}$/, 'must be "first-last", such as 20000-20999')
  .transform((text) => {
    const [first, last] = text.split('-').map(Number);
    return { first: first ?? 0, last: last ?? 0 };
  })
  .refine(
    ({ first, last }) => first >= 1 && first <= last && last <= 65_535,
    'must lie in 1-65535, the first not above the last',
  );
export type PortRange = z.infer<typeof PortRange>;

/** The ports that are in both; null: none. */
export function commonPorts(one: PortRange, other: PortRange): PortRange | null {
  const first = Math.max(one.first, other.first);
  const last = Math.min(one.last, other.last);
  return first <= last ? { first, last } : null;
}
