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

const small = 4096;
const factor = 8;
/** Linear: 8 times as long. Quadratic: 64 times, which is seconds here. */
const mostGrowth = 3 * factor;
/** Of the collector of garbage, and of a clock that ticks in steps. */
const slackMs = 250;

/**
 * What of `texts` makes `run` take out of proportion longer when it is eight times as long: a line each, none for a `run`
 * that takes linear time. The least of several runs counts, and only what is far from linear.
 */
export function outOfProportion(
  run: (text: string) => unknown,
  texts: Readonly<Record<string, (length: number) => string>> = awkwardTexts,
): string[] {
  return Object.entries(texts).flatMap(([name, make]) => {
    const [short, long] = [make(small), make(small * factor)];
    const base = leastOf(3, () => run(short));
    const limit = base * mostGrowth + slackMs;
    const first = timeOf(() => run(long));
    const grown =
      first <= limit
        ? first
        : Math.min(
            first,
            leastOf(2, () => run(long)),
          );
    return grown <= limit ? [] : [`${name}: ${base.toFixed(1)} ms -> ${grown.toFixed(1)} ms`];
  });
}

function leastOf(times: number, run: () => unknown): number {
  return Math.min(...Array.from({ length: times }, () => timeOf(run)));
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
