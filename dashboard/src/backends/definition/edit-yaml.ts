import {
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  type Pair,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { isObject } from '../../../../contract/differences.ts';
import type { Json, JsonObject } from '../../../../contract/json.ts';
import { writeYaml } from './write-yaml.ts';

/**
 * `text` with the field at `path` as it is in `wanted`; the rest stays as it was written, to the character. What cannot
 * be changed alone, as in an alias, is written anew with what is around it. Null: that would be the whole text.
 */
export function withField(
  text: string,
  path: readonly string[],
  wanted: JsonObject,
): string | null {
  const document = parseDocument(text, { stringKeys: true, merge: true });
  const around = path.slice(0, -1);
  const key = path.at(-1);
  if (key === undefined) {
    return document.contents === null ? ended(text) + writeYaml(wanted) : null;
  }
  const map: unknown = around.length === 0 ? document.contents : document.getIn(around, true);
  const value = valueAt(wanted, path);
  const fields = valueAt(wanted, around);
  const order = fields !== undefined && isObject(fields) ? Object.keys(fields) : [];
  const changed = isMap(map) ? withPair(text, map, key, value, order) : null;
  return changed ?? withField(text, around, wanted);
}

/** `text` with another name for the key at `path`; what stands at it stays as it was written. */
export function withKey(text: string, path: readonly string[], name: string): string {
  const document = parseDocument(text, { stringKeys: true, merge: true });
  const map: unknown = document.getIn(path.slice(0, -1), true);
  const pair = isMap(map) ? pairOf(map, path.at(-1) ?? '') : undefined;
  if (!pair) return text;
  const [from, to] = rangeOf(pair.key);
  const written = writeYaml({ [name]: '' }).slice(0, -': ""\n'.length);
  return spliced(text, from, to, isMap(map) && map.flow ? JSON.stringify(name) : written);
}

function valueAt(wanted: JsonObject, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>(
    (value, key) =>
      value !== undefined && isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined,
    wanted,
  );
}

function withPair(
  text: string,
  map: YAMLMap,
  key: string,
  value: Json | undefined,
  order: readonly string[],
): string | null {
  const pair = pairOf(map, key);
  if (map.flow) {
    const old = pair?.value;
    if (!isInline(old) || isAlias(old) || value === undefined || typeof value === 'object') {
      return null;
    }
    const [from, to] = rangeOf(old);
    // JSON is YAML wherever it stands, and a plain text is not within braces.
    return from === to ? null : spliced(text, from, to, JSON.stringify(value));
  }
  const indent = indentOf(text, pair ?? map.items[0]);
  if (indent === null) return null;
  if (pair === undefined) {
    if (value === undefined) return null;
    const at = placeOfNew(text, map, order.slice(0, order.indexOf(key)).reverse(), indent);
    const lines = indented(writeYaml({ [key]: value }), indent);
    return ended(text.slice(0, at)) + lines + text.slice(at);
  }
  const from = lineStart(text, rangeOf(pair.key)[0]);
  const to = lineEnd(text, endOf(text, pair));
  if (value === undefined) return spliced(text, from, to, '');
  const lines = indented(writeYaml({ [key]: value }), indent);
  if (value !== null && typeof value === 'object') {
    if (Object.keys(value).length === 0) return spliced(text, from, to, lines);
    return spliced(text, from, to, headOf(text, pair, from) + lines.slice(lines.indexOf('\n')));
  }
  const inline = writeYaml({ k: value }).slice('k: '.length, -1);
  if (!isInline(pair.value) || inline.includes('\n')) return spliced(text, from, to, lines);
  const [start, end] = rangeOf(pair.value);
  return spliced(text, start, end, (/\s/.test(text.charAt(start - 1)) ? '' : ' ') + inline);
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((item) => isScalar(item.key) && item.key.value === key);
}

/** What may take another value of one line in its place, before its comment. */
function isInline(node: unknown): boolean {
  return isAlias(node) || (isScalar(node) && !isBlock(node));
}

function isBlock({ type }: Scalar): boolean {
  return type === 'BLOCK_LITERAL' || type === 'BLOCK_FOLDED';
}

/** The line of a key whose value is a block below it, with its comment where that is on the same line. */
function headOf(text: string, pair: Pair, from: number): string {
  const afterKey = rangeOf(pair.key)[1];
  const colon = text.indexOf(':', afterKey) + 1;
  const head = text.slice(from, colon);
  const line = text.slice(colon).split('\n', 1)[0] ?? '';
  if (/^\s*(#.*)?$/.test(line)) return head + line;
  const end = endOf(text, pair);
  return end <= colon + line.length ? head + text.slice(end, colon + line.length) : head;
}

/** After the nearest of the fields that come before it, and what is noted below that; else at the end. */
function placeOfNew(text: string, map: YAMLMap, before: readonly string[], indent: string): number {
  const beside = before.map((key) => pairOf(map, key)).find((pair) => pair !== undefined);
  let at = lineEnd(text, endOf(text, beside ?? map));
  const note = new RegExp(`^${indent}[ ]+#.*(\\n|$)`);
  for (let found = note.exec(text.slice(at)); found; found = note.exec(text.slice(at))) {
    at += found[0].length;
  }
  return at;
}

/** Null where a key does not begin its line. */
function indentOf(text: string, pair: Pair | undefined): string | null {
  if (pair === undefined) return null;
  const [start] = rangeOf(pair.key);
  const indent = text.slice(lineStart(text, start), start);
  return /^ *$/.test(indent) ? indent : null;
}

function endOf(text: string, node: unknown): number {
  if (isPair(node)) return endOf(text, isNode(node.value) ? node.value : node.key);
  if (isCollection(node) && !node.flow && node.items.length > 0) {
    return endOf(text, node.items.at(-1));
  }
  const [start, end] = rangeOf(node);
  if (!isScalar(node) || !isBlock(node)) return end;
  // The blank lines below a block are its own only where it says so.
  const block = text.slice(start, end);
  return /^[|>]\d?\+/.test(block) ? end : start + block.trimEnd().length;
}

function rangeOf(node: unknown): readonly [number, number, number] {
  if (isNode(node) && node.range) return node.range;
  throw new Error('A node that was not read has no place.');
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

function lineEnd(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === '\n') return offset;
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end + 1;
}

function ended(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

function indented(text: string, indent: string): string {
  return text.replaceAll(/^(?=.)/gm, indent);
}

function spliced(text: string, from: number, to: number, part: string): string {
  return text.slice(0, from) + part + text.slice(to);
}
