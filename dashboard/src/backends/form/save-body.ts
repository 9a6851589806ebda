import type { Body } from '../use-backend-actions.ts';
import type { useBackendDraft } from './use-backend-draft.ts';

/** What is shown is what is sent. */
export function bodyOf({ view, text, definition }: ReturnType<typeof useBackendDraft>): Body {
  if (view === 'yaml') return { body: text, contentType: 'application/yaml' };
  return { body: definition };
}
