import { canonicalImage } from '../../contract/image-reference.ts';
import { registryName, registryOf } from '../../contract/registry.ts';

/** Docker takes the beginning of an image's id for a name too, and would then run whatever image that is. */
export function mayBeImageId(image: string): boolean {
  return /^(sha256:)?[0-9a-f]{1,64}$/.test(image);
}

/** Whether an image is of a registry that the pattern means. `*` stands for any part of a registry's name. */
export function isFromRegistry(pattern: string, image: string): boolean {
  return matches(tokensOf(registryName(pattern)), registryOf(image));
}

/**
 * Whether a reference is one that the pattern means. `*` stands for any characters but `/`, `**` for any at all, `?` for one.
 * A pattern is read as Docker reads a reference: without a registry it is one of docker.io; without a tag or a digest it
 * means all of them.
 */
export function isImage(pattern: string, image: string): boolean {
  const whole = wholePattern(pattern);
  const saysTag = /[:@]/.test(whole.slice(whole.lastIndexOf('/') + 1));
  return matches(tokensOf(whole), canonicalImage(image), { anyTag: !saysTag });
}

function wholePattern(pattern: string): string {
  const [first = '', ...rest] = pattern.split('/');
  const hasRegistry = first === '**' || (rest.length > 0 && /[.:*?]|^localhost$/.test(first));
  if (hasRegistry) return pattern.replace(/^index\.docker\.io\//, 'docker.io/');
  return rest.length > 0 ? `docker.io/${pattern}` : `docker.io/library/${pattern}`;
}

type Token = '**' | '*' | '?' | { character: string };

function tokensOf(pattern: string): Token[] {
  return (pattern.match(/\*\*|[\s\S]/gu) ?? []).map((text) =>
    text === '**' || text === '*' || text === '?' ? text : { character: text },
  );
}

/**
 * Goes through the text once with all places in the pattern that it may be at, so that no pattern takes more than pattern
 * times text: a regular expression tries every way in which many stars can share a text. `anyTag`: what follows a `:` or an
 * `@` after the pattern is a tag or a digest that it allows.
 */
function matches(tokens: readonly Token[], text: string, { anyTag = false } = {}): boolean {
  let places = withSkippedStars(tokens, new Set([0]));
  for (const character of text) {
    const isNameWhole = places.has(tokens.length) && (character === ':' || character === '@');
    if (anyTag && isNameWhole) return true;
    const next = new Set<number>();
    for (const place of places) {
      const token = tokens[place];
      if (token === undefined) continue;
      if (token === '**' || (token === '*' && character !== '/')) next.add(place);
      else if (token === '?' && character !== '/') next.add(place + 1);
      else if (typeof token === 'object' && token.character === character) next.add(place + 1);
    }
    places = withSkippedStars(tokens, next);
  }
  return places.has(tokens.length);
}

/** A star may stand for nothing. */
function withSkippedStars(tokens: readonly Token[], places: Set<number>): Set<number> {
  for (const place of places) {
    const token = tokens[place];
    // What is added to a set while it is gone through is gone through too.
    if (token === '*' || token === '**') places.add(place + 1);
  }
  return places;
}
