import { type Diagnostic, setDiagnostics } from '@codemirror/lint';
import { EditorState, type Text } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import type { EditorProps, Mark } from './editor-props.ts';
import { setup } from './setup.ts';

/** A text with marks at its lines. */
export default function YamlEditor({
  text,
  onChange,
  marks,
  goTo,
  label,
  describedBy,
}: EditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | null>(null);
  const change = useRef(onChange);
  change.current = onChange;
  const first = useRef(text);

  useEffect(() => {
    if (!host.current) return;
    const view = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          setup,
          EditorView.contentAttributes.of({ 'aria-label': label, 'aria-describedby': describedBy }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) change.current(update.state.doc.toString());
          }),
        ],
      }),
    });
    editor.current = view;
    return () => view.destroy();
  }, [label, describedBy]);

  useEffect(() => {
    const view = editor.current;
    if (!view || view.state.doc.toString() === text) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
  }, [text]);

  useEffect(() => {
    const view = editor.current;
    if (!view) return;
    const { doc } = view.state;
    view.dispatch(
      setDiagnostics(
        view.state,
        marks.map((mark) => diagnosticOf(doc, mark)),
      ),
    );
  }, [marks]);

  useEffect(() => {
    const view = editor.current;
    if (!view || !goTo) return;
    const anchor = offsetIn(view.state.doc, goTo);
    view.focus();
    view.dispatch({
      selection: { anchor },
      effects: EditorView.scrollIntoView(anchor, { y: 'center' }),
    });
  }, [goTo]);

  return <div ref={host} />;
}

function offsetIn(doc: Text, { line, column }: { line: number; column: number }): number {
  const { from, length } = doc.line(Math.min(Math.max(line, 1), doc.lines));
  return from + Math.min(Math.max(column - 1, 0), length);
}

/** To the end of its line. */
function diagnosticOf(doc: Text, mark: Mark): Diagnostic {
  const from = offsetIn(doc, mark);
  return { from, to: doc.lineAt(from).to, severity: mark.severity, message: mark.detail };
}
