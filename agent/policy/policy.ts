import * as z from 'zod';
import { PortRange } from '../port-range.ts';

const units: Record<string, number> = {
  '': 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
};

/** A number of bytes, or such as `64GiB`. */
const Memory = z.union([z.int().min(1), z.string()]).transform((written, context) => {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?) ?([KMGT]i?B)?$/.exec(String(written)) ?? [];
  const bytes = Math.floor(Number(number) * (units[unit] ?? Number.NaN));
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  context.addIssue({ code: 'custom', message: 'must be bytes, or such as 64GiB' });
  return z.NEVER;
});

const Text = z.string().min(1).max(512);

/**
 * What the owner of a host lets the control plane do there: `/etc/longshore/policy.yaml`, see docs/policy.md. What is left
 * out is allowed. Strict: a key that is not understood must not look like a rule that is kept.
 */
export const Policy = z.strictObject({
  /** Patterns of references, as image-pattern.ts reads them. */
  images: z.array(Text).optional(),
  /** Such as `docker.io` or `registry.example.com:5000`; `*` stands for any part of one. */
  registries: z.array(Text).optional(),
  /** Folders (or files) of this host that containers may see, with what is below them. */
  mounts: z
    .array(
      z
        .string()
        .regex(/^\//, 'must be an absolute path')
        .refine(isPlainPath, 'must be written without "//", "." and ".."'),
    )
    .optional(),
  /** Indexes or UUIDs. */
  gpus: z.array(z.union([z.int().min(0), Text])).optional(),
  ports: PortRange.optional(),
  host_network: z.boolean().optional(),
  limits: z
    .strictObject({
      instances: z.int().min(0).optional(),
      memory_per_container: Memory.optional(),
      memory_total: Memory.optional(),
    })
    .optional(),
});
export type Policy = z.infer<typeof Policy>;

/** Says where it leads by itself, without "..". A slash at the end is no other path. */
export function isPlainPath(path: string): boolean {
  const [, ...steps] = path.split('/');
  if (steps.at(-1) === '') steps.pop();
  return path.startsWith('/') && steps.every((step) => !['', '.', '..'].includes(step));
}
