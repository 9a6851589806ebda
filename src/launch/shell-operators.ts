import type { Issue } from './issue.ts';
import { maxIssues } from './room.ts';
import type { Unit } from './unit.ts';

/**
 * One issue for each of the first shell operators among `bare`, the written characters that are neither quoted nor escaped, in order.
 * What closes an operator that was reported (`)` after `$(`, the second backtick) belongs to it.
 */
export function operatorIssues(bare: readonly Unit[]): Issue[] {
  const issues: Issue[] = [];
  let openParentheses = 0;
  let inBackticks = false;
  for (let at = 0; at < bare.length && issues.length < maxIssues; ) {
    const unit = bare[at];
    if (!unit) break;
    const operator = operatorAt(bare, at, unit);
    at += Math.max(operator.length, 1);
    if (operator === '') continue;
    if (operator === ')' && openParentheses > 0) {
      openParentheses -= 1;
      continue;
    }
    if (operator.endsWith('(')) openParentheses += 1;
    if (operator === '`') {
      inBackticks = !inBackticks;
      if (!inBackticks) continue;
    }
    const shown = operator === '`' ? 'A backtick' : `\`${operator}\``;
    issues.push({
      code: 'shell_operator',
      detail: `${shown} is a shell operator, and no shell runs here: quote it, or use an entrypoint of \`sh -c\` with the script in quotes.`,
      column: unit.column,
    });
  }
  return issues;
}

/** `$(`, a parenthesis, a backtick, or a run such as `&&`, `2>&1`'s `>&` or `;`; empty when none begins at `at`. */
function operatorAt(bare: readonly Unit[], at: number, unit: Unit): string {
  if (unit.text === '$') return adjacent(bare, at) === '(' ? '$(' : '';
  if ('()`'.includes(unit.text)) return unit.text;
  let run = '';
  for (let text = unit.text, end = at; text !== '' && '|&;<>'.includes(text); end++) {
    run += text;
    text = adjacent(bare, end);
  }
  return run;
}

/** The character right after the one at `at`, if it is bare too. */
function adjacent(bare: readonly Unit[], at: number): string {
  const next = bare[at + 1];
  return next && next.column - 1 === bare[at]?.column ? next.text : '';
}
