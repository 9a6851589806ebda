/** Something about a text, at a place in it. */
export interface Mark {
  /** From 1. */
  line: number;
  column: number;
  detail: string;
  severity: 'error' | 'warning';
}

/** What an editor of a text is given. */
export interface EditorProps {
  text: string;
  onChange: (text: string) => void;
  marks: readonly Mark[];
  /** A place to go to; each new one is gone to once. */
  goTo: { line: number; column: number } | null;
  label: string;
  describedBy: string;
}
