import type { InputFault } from '../api/problem.ts';

/** Something wrong or dubious in what a form sends, at a JSON Pointer into it. */
export type Finding = Pick<InputFault, 'pointer' | 'detail'>;

/** What is wrong or dubious, by the field that shows it. */
export interface Findings {
  of: ReadonlyMap<string, readonly string[]>;
  /** What belongs to no field of the form. */
  rest: readonly Finding[];
}

export const noFindings: Findings = { of: new Map(), rest: [] };

/** `fieldAt` gives the field that shows what is found at a pointer; null: none does. */
export function findingsOf(
  found: readonly Finding[],
  fieldAt: (pointer: string) => string | null,
): Findings {
  const of = new Map<string, string[]>();
  const rest: Finding[] = [];
  for (const finding of found) {
    const field = fieldAt(finding.pointer);
    if (field === null) rest.push(finding);
    else of.set(field, [...new Set([...(of.get(field) ?? []), finding.detail])]);
  }
  return { of, rest };
}

/** Without what is `said` at the same place in the same words. */
export function withoutSaid(found: readonly Finding[], said: readonly Finding[]): Finding[] {
  return found.filter(
    ({ pointer, detail }) => !said.some((one) => one.pointer === pointer && one.detail === detail),
  );
}

/** Whether `pointer` is `place`, or below it. */
export function isWithin(pointer: string, place: string): boolean {
  return pointer === place || pointer.startsWith(`${place}/`);
}

/** The field at `pointer`, or the nearest one around it. */
export function fieldAround(pointer: string, fields: ReadonlySet<string>): string | null {
  for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    if (fields.has(at)) return at;
  }
  return null;
}
