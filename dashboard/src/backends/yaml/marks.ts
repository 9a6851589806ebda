import type { Finding } from '../../parts/findings.ts';
import type { Place } from '../definition/read-yaml.ts';
import type { Mark } from './editor-props.ts';

type Found = Finding & Partial<Place>;

/** What is found in a text, at its lines; each line says each thing once. */
export function marksOf(
  errors: readonly Found[],
  warnings: readonly Finding[],
  placeOf: (pointer: string) => Place,
): Mark[] {
  const marks = [
    ...errors.map((fault) => markOf(fault, 'error', placeOf)),
    ...warnings.map((fault) => markOf(fault, 'warning', placeOf)),
  ];
  const isSame = (left: Mark, right: Mark) =>
    left.line === right.line && left.detail === right.detail;
  return marks.filter((mark, index) => marks.findIndex((one) => isSame(one, mark)) === index);
}

function markOf(
  { pointer, detail, line, column }: Found,
  severity: Mark['severity'],
  placeOf: (pointer: string) => Place,
): Mark {
  // A column without a line is within the text at the pointer.
  const place = line === undefined ? placeOf(pointer) : { line, column: column ?? 1 };
  return { ...place, detail, severity };
}
