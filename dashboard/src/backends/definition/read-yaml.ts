import { type Document, isScalar, LineCounter, parseDocument } from 'yaml';
import { isObject } from '../../../../contract/differences.ts';
import { type Json, type JsonObject, pointerTo } from '../../../../contract/json.ts';
import { offsetOf } from '../../../../contract/yaml-offset.ts';
import {
  backendFields,
  type Field,
  ignoredInBackend,
  ignoredInVersion,
  versionFields,
} from './fields.ts';
import { syntaxFaultOf } from './syntax-fault.ts';

type Path = readonly string[];

export interface Place {
  /** From 1. */
  line: number;
  column: number;
}

/** What keeps a text from being a definition. */
export interface YamlProblem extends Place {
  detail: string;
  pointer: string;
}

export interface Reading {
  /** As far as it can be read. */
  definition: JsonObject;
  /** While there are any a form would lose what it cannot show. */
  problems: YamlProblem[];
  /** Where the key at a JSON Pointer stands, or the nearest thing around it. */
  placeOf(pointer: string): Place;
}

/**
 * Reads a definition as an import does: null is "not set", plain scalars where text is wanted are their source text,
 * read-only keys are passed over. Whether required keys are there, and what values may be, the control plane judges.
 */
export function readYaml(text: string): Reading {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    stringKeys: true,
    merge: true,
    prettyErrors: false,
  });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const placeOf = (pointer: string) => placeAt(offsetOf(document, stepsOf(pointer)));
  const fault = syntaxFaultOf(text, document);
  if (fault) {
    const problem = { ...placeAt(fault.offset), detail: fault.detail, pointer: '' };
    return { definition: {}, problems: [problem], placeOf };
  }

  const problems: YamlProblem[] = [];
  const report = (path: Path, detail: string) => {
    const pointer = pointerTo(...path);
    problems.push({ ...placeOf(pointer), pointer, detail });
  };
  try {
    const value: unknown = document.toJS({ maxAliasCount: 1_000 });
    const definition = new Reader(document, report).definition(value);
    return { definition, problems, placeOf };
  } catch (error) {
    report([], error instanceof Error ? error.message : String(error));
    return { definition: {}, problems, placeOf };
  }
}

class Reader {
  constructor(
    private readonly document: Document,
    private readonly report: (path: Path, detail: string) => void,
  ) {}

  definition(value: unknown): JsonObject {
    return this.object(value, [], backendFields, ignoredInBackend) ?? {};
  }

  private object(
    value: unknown,
    path: Path,
    fields: Record<string, Field>,
    ignored: Record<string, true>,
  ): JsonObject | undefined {
    return this.map(value, path, (item, at) => {
      const key = at.at(-1) ?? '';
      if (Object.hasOwn(fields, key)) return this.field(item, at, fields[key]?.kind ?? 'text');
      if (!Object.hasOwn(ignored, key) && !key.startsWith('x-')) {
        this.report(at, `Unknown key "${key}".`);
      }
      return undefined;
    });
  }

  private field(value: unknown, path: Path, kind: Field['kind']): Json | undefined {
    switch (kind) {
      case 'text':
      case 'word':
        return this.text(value, path);
      case 'flag':
        if (value === null || typeof value === 'boolean') return value ?? undefined;
        this.report(path, 'This must be true or false.');
        return undefined;
      case 'texts':
        return this.texts(value, path);
      case 'text_map':
        return this.map(value, path, (item, at) => this.text(item, at));
      case 'versions':
        return this.map(value, path, (item, at) =>
          this.object(item, at, versionFields, ignoredInVersion),
        );
    }
  }

  private text(value: unknown, path: Path): string | undefined {
    if (value === null || value === undefined) return undefined;
    if (typeof value === 'string') return value;
    const node = this.document.getIn(path, true);
    if (isScalar(node) && node.type === 'PLAIN' && node.source !== undefined) return node.source;
    this.report(path, 'This must be text.');
    return undefined;
  }

  private texts(value: unknown, path: Path): Json | undefined {
    if (value === null) return undefined;
    if (!Array.isArray(value)) {
      this.report(path, 'This must be a list: one "- entry" per line.');
      return undefined;
    }
    return value.flatMap((item, index) => this.text(item, [...path, String(index)]) ?? []);
  }

  private map(
    value: unknown,
    path: Path,
    read: (item: unknown, at: Path) => Json | undefined,
  ): JsonObject | undefined {
    if (value === null || value === undefined) return undefined;
    if (!isObject(value as Json)) {
      this.report(path, 'This must be a map: one "name: value" per line.');
      return undefined;
    }
    const entries = Object.entries(value).map(([key, item]) => [key, read(item, [...path, key])]);
    return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
  }
}

/** The steps of a JSON Pointer (RFC 6901). */
export function stepsOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}
