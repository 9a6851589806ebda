import * as z from 'zod';

/** Text without NUL: a process can't be given one, and it delimits the marks of secrets. */
export function textOf(maxLength: number, minLength = 0) {
  return z
    .string()
    .min(minLength)
    .max(maxLength)
    .refine((text) => !text.includes('\0'), 'must not hold a NUL character');
}

/** RFC 3339, UTC, milliseconds: `2026-01-31T12:00:00.000Z`. */
export const Timestamp = z.iso.datetime({ precision: 3 });

/** `name` of a deployment, a host or an organisation: a DNS label (RFC 1123), so that it can stand in addresses. */
export const DnsLabel = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'must be 1-63 lower-case letters, digits or "-", and begin and end with a letter or digit',
  );

/**
 * The name of a host. It is none that looks like a host's id: `placement.hosts` takes both.
 */
export const HostName = z
  .string()
  .regex(
    /^(?!host_)[A-Za-z0-9._-]{1,100}$/,
    'must be 1-100 letters, digits, ".", "-" or "_", and not begin with "host_", as ids do',
  );

/** Environment variables by name, as a container gets them. */
export const EnvironmentMap = z.record(
  z
    .string()
    .regex(
      /^[A-Za-z_][A-Za-z0-9_]*$/,
      'must be a variable name: letters, digits and "_", not beginning with a digit',
    ),
  textOf(32_768),
);

/** Docker's (Go's) word for a processor. */
export const Architecture = z.enum([
  'amd64',
  'arm64',
  '386',
  'arm',
  'ppc64le',
  's390x',
  'riscv64',
  'loong64',
]);
export type Architecture = z.infer<typeof Architecture>;

/** `{{secrets.NAME}}` */
export const SecretName = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{1,128}$/, 'must be 1-128 letters, digits, "_", "." or "-"');

/** Free labels: what people write on hosts, and placement asks for. */
export const Labels = z.record(z.string().min(1).max(63), z.string().max(255));

/** Words for accelerators that existing definitions use; any other lower-case word is allowed too. */
export const knownFrameworks = [
  'cuda',
  'rocm',
  'cann',
  'musa',
  'dtk',
  'corex',
  'maca',
  'neuware',
  'hggc',
  'cpu',
] as const;

export const Framework = z
  .string()
  .regex(
    /^[a-z][a-z0-9_-]{0,31}$/,
    `must be a lower-case word such as ${knownFrameworks.join(', ')}`,
  );

/** One field in which two revisions differ. */
export const FieldDifference = z.object({
  pointer: z.string().describe('The field, as a JSON Pointer (RFC 6901).'),
  change: z.enum(['added', 'removed', 'changed']).describe('What happened to the field.'),
  before: z.unknown().describe('Its value before; null where it was added.'),
  after: z.unknown().describe('Its value after; null where it was removed.'),
});

/** One page of a keyset-paged list. `next_cursor` is null on the last page. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item).describe('The items of this page.'),
    next_cursor: z
      .string()
      .nullable()
      .describe('The `cursor` of the next page; null on the last one.'),
  });
}

export const PageQuery = z.strictObject({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(200)
    .default(50)
    .describe('How many items a page has at most.'),
  cursor: z
    .string()
    .optional()
    .describe('`next_cursor` of the page before; left out for the first page.'),
});
export type PageQuery = z.infer<typeof PageQuery>;

/** A query parameter that may be repeated: any of its values. */
export function severalOf<Item extends z.ZodType>(item: Item) {
  return z
    .union([z.array(item), item.transform((one) => [one])])
    .optional()
    .meta({ description: 'Any of several: repeat the parameter.' });
}
