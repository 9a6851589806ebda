import { backendFields, type Field, placeholders, versionFields } from '../definition/fields.ts';

export interface Suggestion {
  label: string;
  detail: string;
  /** What is put in. */
  apply: string;
}

export interface Suggestions {
  /** Where what is typed so far begins. */
  from: number;
  options: Suggestion[];
}

/** What may be written at `offset` of a definition; null: nothing is known. */
export function suggestionsAt(text: string, offset: number): Suggestions | null {
  const lines = text.slice(0, offset).split('\n');
  const line = lines.at(-1) ?? '';
  const above = lines.slice(0, -1);

  const placeholder = /\{\{\s*(\w*)$/.exec(line);
  if (placeholder) {
    const options = Object.entries(placeholders).map(([label, detail]) => ({
      label,
      detail,
      apply: `${label}}}`,
    }));
    return { from: offset - (placeholder[1] ?? '').length, options };
  }

  const key = /^(\s*)(\w*)$/.exec(line);
  if (key) {
    const [, indent = '', typed = ''] = key;
    const fields = fieldsAt(pathAbove(above, indent.length));
    if (!fields) return null;
    const taken = siblings(text, lines.length - 1, indent.length);
    const options = Object.entries(fields)
      .filter(([name]) => !taken.has(name))
      .map(([name, field]) => ({
        label: name,
        detail: field.about,
        apply: name + afterKey(field, indent),
      }));
    return { from: offset - typed.length, options };
  }

  const value = /^(\s*)(\w+):\s+([\w-]*)$/.exec(line) ?? /^(\s*)(-)\s+([\w-]*)$/.exec(line);
  if (!value) return null;
  const [, indent = '', name = '', typed = ''] = value;
  const around = pathAbove(above, indent.length + (name === '-' ? 1 : 0));
  const path = name === '-' ? around : [...around, name];
  const words = fieldsAt(path.slice(0, -1))?.[path.at(-1) ?? '']?.words ?? [];
  if (words.length === 0) return null;
  const options = words.map((label) => ({ label, detail: '', apply: label }));
  return { from: offset - typed.length, options };
}

function fieldsAt(path: readonly string[]): Record<string, Field> | null {
  if (path.length === 0) return backendFields;
  return path.length === 2 && path[0] === 'version_configs' ? versionFields : null;
}

function afterKey({ kind }: Field, indent: string): string {
  if (kind === 'texts') return `:\n${indent}  - `;
  return kind === 'text_map' || kind === 'versions' ? `:\n${indent}  ` : ': ';
}

/** The keys that a line with `indent` blanks stands in, outermost first. */
function pathAbove(lines: readonly string[], indent: number): string[] {
  const path: string[] = [];
  let inner = indent;
  for (const line of lines.toReversed()) {
    const [, blanks = '', key] = keyOf(line) ?? [];
    if (key === undefined || blanks.length >= inner) continue;
    path.unshift(key);
    inner = blanks.length;
  }
  return path;
}

/** Keys beside the line with this index. */
function siblings(text: string, index: number, indent: number): Set<string> {
  const lines = text.split('\n');
  const found = new Set<string>();
  const read = (line: string): boolean => {
    const [, blanks = '', key] = keyOf(line) ?? [];
    if (key === undefined) return true;
    if (blanks.length === indent) found.add(key);
    return blanks.length >= indent;
  };
  for (let at = index - 1; at >= 0 && read(lines[at] ?? ''); at -= 1);
  for (let at = index + 1; at < lines.length && read(lines[at] ?? ''); at += 1);
  return found;
}

function keyOf(line: string): RegExpExecArray | null {
  return /^(\s*)(?:["']?)([^\s"'#:-][^"'#:]*)(?:["']?):(?:\s|$)/.exec(line);
}
