import { secretMark } from '../../contract/secret-mark.ts';
import type { Piece } from './placeholders.ts';

/** One UTF-16 code unit of a substituted text, or one whole secret's mark, so that nothing can split a secret. */
export interface Unit {
  text: string;
  column: number;
  /** The column of the placeholder that brought it; null: it is written. */
  broughtBy: number | null;
}

export function unitsOf(pieces: readonly Piece[]): Unit[] {
  const units: Unit[] = [];
  for (const piece of pieces) {
    const { column } = piece;
    switch (piece.kind) {
      case 'text':
        for (let i = 0; i < piece.text.length; i++)
          units.push({ text: piece.text.charAt(i), column: column + i, broughtBy: null });
        break;
      case 'value':
        for (let i = 0; i < piece.text.length; i++)
          units.push({ text: piece.text.charAt(i), column, broughtBy: column });
        break;
      case 'secret':
        units.push({ text: secretMark(piece.name), column, broughtBy: column });
        break;
    }
  }
  return units;
}
