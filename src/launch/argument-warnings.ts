import { maskSecrets } from '../../contract/secret-mark.ts';
import type { Findings } from './findings.ts';

/**
 * Warns of an entrypoint that loses its arguments (`arguments_lost`) and of a command that begins with the entrypoint's
 * words (`repeated_entrypoint`). `args` are the command's words and the parameters; `pointer` says where they come from.
 */
export function warnOfArguments(
  pointer: string,
  entrypoint: readonly string[],
  command: readonly string[],
  args: readonly string[],
  findings: Findings,
): void {
  if (entrypoint.length === 0) return;
  if (endsInScriptOption(entrypoint) && args.length > 1) {
    findings.addWarning(
      pointer,
      'arguments_lost',
      `The entrypoint ends in \`${entrypoint.at(-1)}\`, so a shell takes the first argument alone as its script and the other ${args.length - 1} as \`$0\`, \`$1\`, ...: put the script in quotes, or leave the entrypoint out.`,
    );
  }
  if (entrypoint.every((word, index) => command[index] === word)) {
    findings.addWarning(
      pointer,
      'repeated_entrypoint',
      `The command begins with the entrypoint's words (\`${maskSecrets(entrypoint).join(' ')}\`), which then run twice: leave them out of one.`,
    );
  }
}

/** `-c`, and for shells `-lc`, `-ec` and the like. */
function endsInScriptOption(entrypoint: readonly string[]): boolean {
  const last = entrypoint.at(-1) ?? '';
  if (last === '-c') return true;
  return /(?:^|\/)\w*sh$/.test(entrypoint[0] ?? '') && /^-[a-z]+c$/i.test(last);
}
