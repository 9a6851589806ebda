import type * as z from 'zod';
import { Failure } from '../../contract/failure.ts';
import { type Json, pointerTo } from '../../contract/json.ts';
import type { InputError } from '../../contract/problem.ts';
import type { AppContext } from './context.ts';
import { maxNesting, measureJson } from './measure.ts';
import { parseYaml, type YamlBody } from './yaml.ts';

const maxPlainScalars = 1000;
/** So many faults of a request are told; a person mends no more at once. */
const maxErrors = 50;

type ParsedBody = { value: unknown } & Partial<Pick<YamlBody, 'sourceAt' | 'positionOf'>>;

/**
 * Reads a JSON or YAML body and validates it. A null means "not set". In YAML a plain scalar where text is wanted is
 * its source text. `prepare` may take away keys that this resource accepts and ignores.
 * @throws Failure `unsupported_media_type`, `malformed_body`, `invalid_request`
 */
export async function readBody<Schema extends z.ZodType>(
  c: AppContext,
  schema: Schema,
  options: {
    prepare?: (value: unknown) => unknown;
    /** A message between machines: JSON only, with nulls of its own. */
    machine?: boolean;
  } = {},
): Promise<z.output<Schema>> {
  const { prepare = (value: unknown) => value, machine = false } = options;
  const body = await parseBody(c, machine ? ['json'] : ['json', 'yaml']);
  return validate(body, prepare(machine ? body.value : withoutNulls(body.value)), schema);
}

/**
 * Reads a JSON Merge Patch (RFC 7396), in JSON or YAML. The function that it gives applies the patch with `apply` and
 * validates what comes out of it; it throws Failure `invalid_request`.
 * @throws Failure as `readBody`
 */
export async function readPatch<Schema extends z.ZodType>(
  c: AppContext,
  schema: Schema,
): Promise<(apply: (patch: Json) => unknown) => z.output<Schema>> {
  const body = await parseBody(c);
  // What a parser of JSON or YAML gives is a JSON value.
  return (apply) => validate(body, apply(body.value as Json), schema);
}

function validate<Schema extends z.ZodType>(
  body: ParsedBody,
  given: unknown,
  schema: Schema,
): z.output<Schema> {
  let value = given;
  let result = schema.safeParse(value);
  if (!result.success && body.sourceAt) {
    const wanted = result.error.issues.filter(
      (issue) => issue.code === 'invalid_type' && issue.expected === 'string',
    );
    // Each replacement copies what is around it: a body full of them is not a definition.
    const [excess] = wanted.slice(maxPlainScalars);
    if (excess) {
      const detail = 'The body holds too many plain scalars; quote its texts.';
      const path = originalPath(body.value, excess.path);
      throw new Failure('malformed_body', detail, [
        {
          pointer: pointerTo(...path),
          code: 'too_many_values',
          detail,
          ...body.positionOf?.(path),
        },
      ]);
    }
    for (const { path } of wanted) {
      const source = body.sourceAt(originalPath(body.value, path));
      if (source !== undefined) value = replaceAt(value, path, source);
    }
    result = schema.safeParse(value);
  }
  if (result.success) return result.data;
  const { positionOf } = body;
  throw invalidRequest(
    result.error,
    positionOf && ((path) => positionOf(originalPath(body.value, path))),
  );
}

/** Where `path` of a body without nulls leads in the body as it was sent. */
function originalPath(value: unknown, path: readonly PropertyKey[]): PropertyKey[] {
  const [head, ...rest] = path;
  if (head === undefined) return [];
  if (!Array.isArray(value)) {
    const next = isKeyed(value) ? value[String(head)] : undefined;
    return [head, ...originalPath(next, rest)];
  }
  const kept = value.flatMap((item, index) => (item === null ? [] : [index]));
  const index = kept[Number(head)] ?? Number(head);
  return [index, ...originalPath(value[index], rest)];
}

function isKeyed(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** The Failure for what zod found, each fault with its pointer and, where known, its place in the body. */
export function invalidRequest(
  error: z.ZodError,
  positionOf?: YamlBody['positionOf'],
  pointer: (path: readonly PropertyKey[]) => string = (path) => pointerTo(...path),
): Failure {
  const errors = error.issues.slice(0, maxErrors).flatMap((issue): InputError[] => {
    const at = (path: readonly PropertyKey[], code: string, detail: string): InputError => ({
      pointer: pointer(path),
      code,
      detail,
      ...positionOf?.(path),
    });
    switch (issue.code) {
      case 'unrecognized_keys':
        return issue.keys
          .slice(0, maxErrors)
          .map((key) => at([...issue.path, key], 'unknown_key', `There is no key "${key}" here.`));
      case 'invalid_key':
        return [
          at(
            issue.path,
            'invalid_key',
            `The key "${String(issue.path.at(-1))}" ${issue.issues[0]?.message ?? issue.message}.`,
          ),
        ];
      case 'invalid_type':
        if (/received undefined/.test(issue.message)) {
          return [
            at(issue.path, 'required', `"${String(issue.path.at(-1) ?? 'The body')}" is required.`),
          ];
        }
        return [at(issue.path, issue.code, `${issue.message}.`)];
      default:
        return [
          at(issue.path, issue.code === 'custom' ? 'invalid' : issue.code, sentence(issue.message)),
        ];
    }
  });
  const [first] = errors;
  return new Failure(
    'invalid_request',
    errors.length === 1 && first
      ? `${first.pointer || 'The body'}: ${first.detail}`
      : `${errors.length} things are wrong with the request.`,
    errors,
  );
}

function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

async function parseBody(
  c: AppContext,
  kinds: readonly ('json' | 'yaml')[] = ['json', 'yaml'],
): Promise<ParsedBody> {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  const kind = /^application\/(?:[\w.+-]+\+)?json$/.test(type)
    ? 'json'
    : /^(?:application|text)\/(?:x-)?yaml$/.test(type)
      ? 'yaml'
      : undefined;
  if (!kind || !kinds.includes(kind)) {
    throw new Failure(
      'unsupported_media_type',
      type ? `The content type ${type} is not supported.` : 'The request says no content type.',
    );
  }
  const text = await readText(c);
  const body: ParsedBody = kind === 'yaml' ? parseYaml(text) : parseJson(text);
  refuseUnkeepable(body, body.value, []);
  return body;
}

/** What would overflow the stack further on (aliases may nest deeper than the text), or what zod drops in silence. */
function refuseUnkeepable(body: ParsedBody, value: unknown, path: string[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (path.length >= maxNesting) {
    const detail = `The body is nested more than ${maxNesting} levels deep.`;
    throw new Failure('malformed_body', detail, [
      { pointer: pointerTo(...path), code: 'nested_too_deep', detail, ...body.positionOf?.(path) },
    ]);
  }
  for (const [key, item] of Object.entries(value)) {
    const inside = [...path, key];
    if (key === '__proto__') {
      const detail = 'A key cannot be named "__proto__".';
      throw new Failure('invalid_request', detail, [
        {
          pointer: pointerTo(...inside),
          code: 'invalid_key',
          detail,
          ...body.positionOf?.(inside),
        },
      ]);
    }
    refuseUnkeepable(body, item, inside);
  }
}

/** The body's text; see limit-body.ts for its size. @throws Failure `malformed_body` */
export async function readText(c: AppContext): Promise<string> {
  const bytes = await c.req.arrayBuffer();
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    throw new Failure('malformed_body', 'The body is not valid UTF-8.');
  }
}

function parseJson(text: string): ParsedBody {
  measureJson(text);
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    const message = error instanceof Error ? error.message : 'not valid JSON';
    const offset = Number(/at position (\d+)/.exec(message)?.[1] ?? text.length);
    const before = text.slice(0, offset).split('\n');
    const line = before.length;
    const column = (before.at(-1)?.length ?? 0) + 1;
    const what = message.replace(/ in JSON at position.*$/s, '').replace(/, "[\s\S]*$/, '');
    throw new Failure(
      'malformed_body',
      `The body is not valid JSON: ${what} (line ${line}, column ${column}).`,
      [{ pointer: '', code: 'malformed_json', detail: what, line, column }],
    );
  }
}

/** A deep copy without the keys and elements that are null. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== null).map(withoutNulls);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null)
      .map(([key, item]) => [key, withoutNulls(item)]),
  );
}

function replaceAt(value: unknown, path: readonly PropertyKey[], replacement: unknown): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return replacement;
  if (Array.isArray(value)) {
    return value.map((item, index) => (index === head ? replaceAt(item, rest, replacement) : item));
  }
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === head ? replaceAt(item, rest, replacement) : item,
    ]),
  );
}
