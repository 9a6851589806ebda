import { type KeyboardEvent, useState } from 'react';

/** The wiring of an input that is taken when it is whole: on Enter, and when it is left. */
export function useWhole(value: string, onChange: (value: string) => void) {
  const [draft, setDraft] = useState(value);
  const [seen, setSeen] = useState(value);
  if (seen !== value) {
    // The address was changed by something else.
    setSeen(value);
    setDraft(value);
  }
  const take = (text: string) => {
    if (text.trim() !== value) onChange(text.trim());
  };
  return {
    draft,
    setDraft,
    take,
    taking: {
      onBlur: () => take(draft),
      onKeyDown: (event: KeyboardEvent) => {
        if (event.key === 'Enter') take(draft);
      },
    },
  };
}
