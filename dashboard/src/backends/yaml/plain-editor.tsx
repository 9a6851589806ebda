import { Textarea } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { EditorProps } from './editor-props.ts';

/** In the place of the editor whose file did not come: the text can be written on, and nothing of it is lost. */
export function PlainEditor({ text, onChange, goTo, label, describedBy }: EditorProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (!area.current || !goTo) return;
    const before = area.current.value.split('\n').slice(0, goTo.line - 1);
    const at = before.reduce((sum, line) => sum + line.length + 1, 0) + goTo.column - 1;
    area.current.focus();
    area.current.setSelectionRange(at, at);
  }, [goTo]);
  return (
    <Textarea
      ref={area}
      value={text}
      onChange={(event) => onChange(event.currentTarget.value)}
      aria-label={label}
      aria-describedby={describedBy}
      description="The editor could not be loaded, so this is plain text without completion."
      inputWrapperOrder={['input', 'description']}
      autosize
      minRows={18}
      maxRows={18}
      spellCheck={false}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
    />
  );
}
