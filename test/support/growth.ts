/** Texts that regular expressions and splitters are known to stumble over, each as long as is asked for. */
export const awkwardTexts: Record<string, (length: number) => string> = Object.fromEntries(
  [
    'a',
    ' ',
    '\t',
    '\n',
    '\r\n',
    ' \n',
    '0',
    '1_',
    '-1',
    '1.',
    '.',
    '-',
    '_',
    '/',
    '//',
    'a/',
    'a.',
    'a-',
    ':',
    '@',
    'a:',
    '=',
    '=[',
    '={"',
    '=[\\',
    '--a=[ ',
    '-a ',
    '-- ',
    '{{',
    '{{ ',
    '{{a',
    '{{a ',
    '{{secrets.',
    '\\{{',
    '}}',
    '"',
    "'",
    '\\',
    '$(',
    '|',
    '`',
    '\0',
    '\0a',
    '\x1b',
    '\x1b[',
    '\x1b[;',
    '\x1b]',
    '\x1b[1;1',
    ';',
    ',',
    'eyJ',
    'eyJ-',
    'lsa_',
    'bearer ',
    '://',
    '://a:a',
    '*',
    '[',
    'é',
  ].flatMap((part): [string, (length: number) => string][] => [
    [`${JSON.stringify(part)} again and again`, (length) => repeat(part, length)],
    [`"-" and ${JSON.stringify(part)} again and again`, (length) => `-${repeat(part, length)}!`],
    [`"x" around ${JSON.stringify(part)} again and again`, (length) => `x${repeat(part, length)}x`],
  ]),
);

function repeat(part: string, length: number): string {
  return part.repeat(Math.ceil(length / part.length));
}

const small = 2048;
const factor = 8;
/** Linear: 8 times as long. Quadratic: 64 times, which is a tenth of a second here at the least. */
const mostGrowth = 3 * factor;
/** Of the collector of garbage, and of a clock that ticks in steps. */
const slackMs = 80;

/**
 * What of `texts` makes `run` take out of proportion longer when it is eight times as long: a line each, none for a `run`
 * that takes linear time. The least of several runs counts, and only what is far from linear;
 * what takes no time when it is long is not looked at again.
 */
export function outOfProportion(
  run: (text: string) => unknown,
  texts: Readonly<Record<string, (length: number) => string>> = awkwardTexts,
): string[] {
  return Object.entries(texts).flatMap(([name, make]) => {
    const [short, long] = [make(small), make(small * factor)];
    let grown = timeOf(() => run(long));
    if (grown <= slackMs) return [];
    const base = Math.min(...[1, 2, 3].map(() => timeOf(() => run(short))));
    const limit = base * mostGrowth + slackMs;
    for (let again = 0; again < 3 && grown > limit; again += 1) {
      grown = Math.min(
        grown,
        timeOf(() => run(long)),
      );
    }
    return grown <= limit ? [] : [`${name}: ${base.toFixed(1)} ms -> ${grown.toFixed(1)} ms`];
  });
}

/** Of this process's processor: a machine that does something else takes none of it. */
function timeOf(run: () => unknown): number {
  const startedAt = process.cpuUsage();
  try {
    run();
  } catch {
    // A text that is refused is one that was looked at.
  }
  const { user, system } = process.cpuUsage(startedAt);
  return (user + system) / 1000;
}
