import type { LaunchSpec } from '../../contract/launch-spec.ts';
import { maskSecrets } from '../../contract/secret-mark.ts';

/**
 * Entrypoint and arguments as a line that can be pasted into a POSIX shell and gives the same words there. Secrets read
 * `***`. What is the image's own is left out. A newline in an argument stays one, inside its quotes.
 */
export function commandLine(spec: Pick<LaunchSpec, 'entrypoint' | 'args'>): string {
  const words = [...(spec.entrypoint ?? []), ...(spec.args ?? [])];
  return maskSecrets(words).map(quoteWord).join(' ');
}

const reservedWord =
  /^(?:case|do|done|elif|else|esac|fi|for|function|if|in|select|then|time|until|while|coproc)$/;

/**
 * Single quotes around what is not plain. Not shell-quote's `quote`: it is right too, but writes `\*\*\*` for a secret,
 * `http\://` for an address, and leaves `if` at the head of a line a keyword.
 */
function quoteWord(word: string, index: number): string {
  const isPlain = /^[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*$/.test(word);
  const isHeadSyntax = index === 0 && (word.includes('=') || reservedWord.test(word));
  return isPlain && !isHeadSyntax ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
