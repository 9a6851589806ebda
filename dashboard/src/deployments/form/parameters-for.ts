import { newKey } from '../../parts/new-key.ts';
import type { TextRow } from '../../parts/text-rows.tsx';

/**
 * What becomes of the parameters when another backend is chosen: what somebody wrote stays, and the defaults of the one
 * `before` give way to those of the one `after`. Null: the backend's own.
 */
export function parametersFor(
  rows: readonly TextRow[] | null,
  before: readonly string[],
  after: readonly string[],
): TextRow[] | null {
  const written = (rows ?? []).filter(({ text }) => text.trim() !== '' && !before.includes(text));
  if (written.length === 0) return null;
  const added = after.filter((text) => !written.some((row) => row.text === text));
  return [...added.map((text) => ({ id: newKey(), text })), ...written];
}
