import { CST, type Document, type ErrorCode, Lexer } from 'yaml';

const plainWords: Partial<Record<ErrorCode, string>> = {
  BAD_INDENT: 'The indentation of this line does not match the lines around it.',
  BAD_SCALAR_START: 'Text that starts with this character needs quotes.',
  BLOCK_AS_IMPLICIT_KEY:
    'Text that contains ": " needs quotes. If a key follows on the next line, line it up with the key above.',
  DUPLICATE_KEY: 'This key appears twice.',
  MISSING_CHAR: 'Something is missing here, such as ":", "," or a space.',
  MULTIPLE_DOCS: 'Only one definition is allowed: nothing may follow "---".',
  MULTILINE_IMPLICIT_KEY: 'A key and its colon must be on one line: "key: value".',
  TAB_AS_INDENT: 'Indent with spaces, not tabs.',
  UNEXPECTED_TOKEN: 'This does not belong here.',
};

/** The first of what keeps a document from being read; what follows is mostly because of it. */
export function syntaxFaultOf(
  text: string,
  { errors: [first] }: Document,
): { offset: number; detail: string } | null {
  if (!first) return null;
  const [offset] = first.pos;
  const unclosed = unclosedIn(text, offset);
  if (unclosed)
    return { offset: unclosed.offset, detail: `This ${unclosed.mark} is never closed.` };
  return { offset, detail: plainWords[first.code] ?? first.message };
}

type TokenType = ReturnType<typeof CST.tokenType>;

const closing: Record<string, string> = { '[': ']', '{': '}' };

/** The bracket or quote that is open at `end` and closed nowhere. */
function unclosedIn(text: string, end: number): { offset: number; mark: string } | null {
  const open: { offset: number; mark: string }[] = [];
  let offset = 0;
  let isText = false;
  for (const token of new Lexer().lex(text)) {
    if (offset > end && open.length === 0) return null;
    const type: TokenType = isText ? null : CST.tokenType(token);
    // The lexer's own marks are not in the text: of a document, of a plain text that follows, of a broken collection.
    isText = type === 'scalar';
    if (isText || type === 'doc-mode') continue;
    if (type === 'flow-error-end') return open.at(-1) ?? null;
    const mark = token.charAt(0);
    if (type === 'flow-map-start' || type === 'flow-seq-start') {
      open.push({ offset, mark });
    } else if (type === 'flow-map-end' || type === 'flow-seq-end') {
      const last = open.pop();
      if (last && closing[last.mark] !== mark) return last;
    } else if (isQuoted(type) && (token.length < 2 || !token.endsWith(mark))) {
      return { offset, mark };
    }
    offset += token.length;
  }
  return null;
}

function isQuoted(type: TokenType): boolean {
  return type === 'single-quoted-scalar' || type === 'double-quoted-scalar';
}
