import { type Document, isScalar, LineCounter, parseDocument, visit, type YAMLError } from 'yaml';
import { Failure } from '../../contract/failure.ts';
import { offsetOf } from '../../contract/yaml-offset.ts';
import { explodingAlias } from './expand-yaml.ts';
import { refuseBody } from './measure.ts';
import { measureYaml } from './measure-yaml.ts';

type Path = readonly PropertyKey[];

/** A parsed YAML body that knows where each of its values stands and how it was written. */
export interface YamlBody {
  value: unknown;
  /** The text of the plain scalar at `path` as it was written: `1.10`, not 1.1. */
  sourceAt(path: Path): string | undefined;
  /** Line and column, from 1, of the key at `path`, or of the nearest thing around it. */
  positionOf(path: Path): { line: number; column: number };
}

/** The client asks for YAML rather than JSON. */
export function wantsYaml(accept = ''): boolean {
  return /\b(?:x-)?yaml\b/.test(accept);
}

/** @throws Failure `malformed_body` with the line and column of each fault. */
export function parseYaml(text: string): YamlBody {
  measureYaml(text);
  const lines = new LineCounter();
  const document = parse(text, lines);
  const faults = [...document.errors, ...duplicateKeys(document)];
  if (faults.length > 0) {
    throw new Failure(
      'malformed_body',
      'The body is not valid YAML.',
      faults.slice(0, 10).map((error) => {
        const { line, col } = lines.linePos(error.pos[0]);
        return {
          pointer: '',
          code: error.code.toLowerCase(),
          detail: `${error.message} (line ${line}, column ${col})`,
          line,
          column: col,
        };
      }),
    );
  }
  const alias = explodingAlias(document);
  if (alias) {
    const detail = 'The aliases of the body stand for too much.';
    throw refuseBody(text, alias.range?.[0] ?? 0, 'too_much_by_aliases', detail);
  }
  return {
    value: toValue(document),
    sourceAt(path) {
      const node = document.getIn(path, true);
      return isScalar(node) && node.type === 'PLAIN' ? node.source : undefined;
    },
    positionOf(path) {
      const { line, col } = lines.linePos(offsetOf(document, path));
      return { line, column: col };
    },
  };
}

function parse(text: string, lineCounter: LineCounter): Document {
  return parseDocument(text, {
    lineCounter,
    stringKeys: true,
    // The parser compares each key with every other; `duplicateKeys` looks each up once.
    uniqueKeys: false,
    // `<<: *base`, as PyYAML and so GPUStack takes it.
    merge: true,
    prettyErrors: false,
  });
}

function duplicateKeys(document: Document): Pick<YAMLError, 'code' | 'message' | 'pos'>[] {
  const faults: Pick<YAMLError, 'code' | 'message' | 'pos'>[] = [];
  visit(document, {
    Map(_key, map) {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) {
          const start = key.range?.[0] ?? 0;
          const message = `The key "${key.value}" stands here twice`;
          faults.push({ code: 'DUPLICATE_KEY', message, pos: [start, start] });
        }
        seen.add(key.value);
      }
    },
  });
  return faults;
}

/** What aliases come to was measured. */
function toValue(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: -1 });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure('malformed_body', `The body is not valid YAML: ${why}.`);
  }
}
