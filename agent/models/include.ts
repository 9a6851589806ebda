type Token =
  | { kind: 'star' }
  | { kind: 'any' }
  | { kind: 'set'; negated: boolean; ranges: readonly (readonly [string, string])[] }
  | { kind: 'literal'; character: string };

/**
 * Which files of a repository a pattern of `include` means: as `allow_patterns` of huggingface_hub, which is Python's
 * fnmatch (`*` matches `/` too; `?`; `[seq]`; `[!seq]`; case counts; no escapes), and a pattern that ends in `/` means
 * all below it (huggingface_hub/utils/_paths.py, `filter_repo_objects`; Python's Lib/fnmatch.py).
 */
export function matcherOf(pattern: string): (path: string) => boolean {
  const tokens = tokensOf(pattern.endsWith('/') ? `${pattern}*` : pattern);
  return (path) => matches(tokens, Array.from(path));
}

function tokensOf(pattern: string): Token[] {
  const characters = Array.from(pattern);
  const tokens: Token[] = [];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? '';
    if (character === '*') tokens.push({ kind: 'star' });
    else if (character === '?') tokens.push({ kind: 'any' });
    else {
      const end = character === '[' ? endOfSet(characters, at) : null;
      if (end === null) tokens.push({ kind: 'literal', character });
      else {
        tokens.push(setOf(characters.slice(at + 1, end)));
        at = end;
      }
    }
  }
  return tokens;
}

/** Where the set that opens at `open` closes; null: it never does, and the bracket is a character like others. */
function endOfSet(characters: readonly string[], open: number): number | null {
  let at = open + 1;
  if (characters[at] === '!') at++;
  // A bracket in the first place is one of the set.
  if (characters[at] === ']') at++;
  const end = characters.indexOf(']', at);
  return end < 0 ? null : end;
}

function setOf(inside: readonly string[]): Token {
  const negated = inside[0] === '!';
  const members = negated ? inside.slice(1) : inside;
  const ranges: [string, string][] = [];
  for (let at = 0; at < members.length; at++) {
    const first = members[at] ?? '';
    const last = members[at + 1] === '-' ? members[at + 2] : undefined;
    ranges.push([first, last ?? first]);
    if (last !== undefined) at += 2;
  }
  return { kind: 'set', negated, ranges };
}

/** By going back to the last star only, so that no pattern takes more than pattern times path. */
function matches(tokens: readonly Token[], path: readonly string[]): boolean {
  let at = 0;
  let token = 0;
  let star: { token: number; at: number } | null = null;
  while (at < path.length) {
    const next = tokens[token];
    if (next?.kind === 'star') {
      star = { token: token++, at };
    } else if (next && matchesOne(next, path[at] ?? '')) {
      token++;
      at++;
    } else if (star) {
      star = { token: star.token, at: star.at + 1 };
      token = star.token + 1;
      at = star.at;
    } else {
      return false;
    }
  }
  return tokens.slice(token).every(({ kind }) => kind === 'star');
}

function matchesOne(token: Token, character: string): boolean {
  switch (token.kind) {
    case 'star':
    case 'any':
      return true;
    case 'literal':
      return token.character === character;
    case 'set':
      return (
        token.ranges.some(([first, last]) => first <= character && character <= last) !==
        token.negated
      );
  }
}

/** Parts of a split GGUF, as llama.cpp names them (`llama_split_path`): one is of no use without the others. */
const ggufPart = /^(.*)-\d{5}-of-(\d{5})\.gguf$/;

/** Says of a file of the repository whether the model needs it. Neither `include` nor `file`: all of them. */
export function neededBy(model: {
  include: readonly string[] | null;
  file: string | null;
}): (path: string) => boolean {
  const { include, file } = model;
  if (include === null && file === null) return () => true;
  const matchers = (include ?? []).map(matcherOf);
  const [, base, count] = ggufPart.exec(file ?? '') ?? [];
  return (path) => {
    if (path === file || matchers.some((isMatch) => isMatch(path))) return true;
    const part = ggufPart.exec(path);
    return base !== undefined && part !== null && part[1] === base && part[2] === count;
  };
}
