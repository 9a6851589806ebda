import {
  autocompletion,
  type CompletionContext,
  completionStatus,
  startCompletion,
} from '@codemirror/autocomplete';
import { yaml, yamlLanguage } from '@codemirror/lang-yaml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { lintGutter } from '@codemirror/lint';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { basicSetup } from 'codemirror';
import { suggestionsAt } from './suggestions.ts';

/** What is around it has room too: the head of the page, what is wrong, and the buttons at its end. */
const mostHigh = 'max(200px, 100dvh - 420px)';

/** Both schemes in one theme: the page says which holds. */
const looks = EditorView.theme({
  '&': {
    fontSize: '13px',
    border: '1px solid light-dark(var(--mantine-color-gray-4), var(--mantine-color-dark-4))',
    borderRadius: 'var(--mantine-radius-md)',
    background: 'light-dark(#fff, var(--mantine-color-dark-6))',
    overflow: 'hidden',
  },
  '&.cm-focused': { outline: 'none', borderColor: 'var(--mantine-primary-color-filled)' },
  '.cm-scroller': {
    fontFamily: 'var(--mantine-font-family-monospace)',
    lineHeight: '1.6',
    minHeight: `min(420px, ${mostHigh})`,
    maxHeight: mostHigh,
  },
  '.cm-content': { caretColor: 'var(--mantine-color-text)', padding: '8px 0' },
  '.cm-cursor': { borderLeftColor: 'var(--mantine-color-text)' },
  '.cm-gutters': {
    background: 'transparent',
    border: 'none',
    color: 'var(--mantine-color-dimmed)',
  },
  '.cm-activeLine, .cm-activeLineGutter': {
    background: 'light-dark(rgba(0, 0, 0, 0.03), rgba(255, 255, 255, 0.04))',
  },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    { background: 'light-dark(#cfe4f5, #16405c)' },
  '.cm-tooltip': {
    background: 'light-dark(#fff, var(--mantine-color-dark-6))',
    border: '1px solid var(--mantine-color-default-border)',
    borderRadius: 'var(--mantine-radius-md)',
    boxShadow: 'var(--mantine-shadow-md)',
    color: 'var(--mantine-color-text)',
  },
  // Short enough to be seen whole: a list that scrolls would need the keyboard's focus, which the text has.
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    maxHeight: 'none',
    overflow: 'visible',
    padding: '4px',
    fontFamily: 'var(--mantine-font-family)',
    lineHeight: '1.5',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': {
    display: 'flex',
    alignItems: 'baseline',
    gap: '16px',
    padding: '4px 8px',
    lineHeight: '1.5',
    borderRadius: 'var(--mantine-radius-sm)',
    color: 'var(--mantine-color-text)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    background: 'light-dark(var(--mantine-color-gray-1), var(--mantine-color-dark-4))',
    color: 'var(--mantine-color-text)',
  },
  '.cm-completionLabel': { fontFamily: 'var(--mantine-font-family-monospace)' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cm-completionDetail': {
    flex: '1',
    marginLeft: '0',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    textAlign: 'right',
    fontSize: '12px',
    fontStyle: 'normal',
    color: 'light-dark(var(--mantine-color-gray-7), var(--mantine-color-dark-1))',
  },
  '.cm-panels': { background: 'var(--mantine-color-body)', color: 'var(--mantine-color-text)' },
});

const ink = (light: string, dark: string) => `light-dark(${light}, ${dark})`;
const colours = HighlightStyle.define([
  {
    tag: [tags.propertyName, tags.definition(tags.propertyName)],
    color: ink('#115c8d', '#71b2dc'),
  },
  { tag: [tags.string, tags.content], color: ink('#2b2d31', '#d5d8dc') },
  { tag: [tags.comment, tags.lineComment], color: ink('#5f6770', '#9aa3ad'), fontStyle: 'italic' },
  { tag: [tags.bool, tags.null, tags.number, tags.keyword], color: ink('#8a3b00', '#f0a860') },
  { tag: [tags.punctuation, tags.separator, tags.meta], color: ink('#5f6770', '#9aa3ad') },
]);

function complete({ state, pos }: CompletionContext) {
  const found = suggestionsAt(state.doc.toString(), pos);
  if (!found) return null;
  return {
    from: found.from,
    options: found.options.map(({ label, detail, apply }) => ({
      label,
      detail,
      apply,
      type: 'property',
    })),
    validFor: /^\w*$/,
  };
}

/** A text that comes whole, by pasting or from another program, asks for nothing. */
const suggestAsTyped = EditorView.updateListener.of(({ state, transactions, view }) => {
  const isTyped = transactions.some((transaction) => {
    let typed = '';
    transaction.changes.iterChanges((_fromA, _toA, _fromB, _toB, text) => {
      typed += text.toString();
    });
    // A brace comes with the one that closes it.
    return transaction.isUserEvent('input.type') && /^(\w|\{\}?)$/.test(typed);
  });
  if (isTyped && completionStatus(state) === null) startCompletion(view);
});

/** An editor of definitions. Tab leaves it, as it does every other field. */
export const setup: Extension = [
  basicSetup,
  yaml(),
  yamlLanguage.data.of({ autocomplete: complete }),
  autocompletion({ icons: false, activateOnTyping: false, maxRenderedOptions: 12 }),
  suggestAsTyped,
  syntaxHighlighting(colours),
  lintGutter(),
  EditorView.lineWrapping,
  looks,
];
