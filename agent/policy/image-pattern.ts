import { canonicalImage } from '../../contract/image-reference.ts';
import { registryName, registryOf } from '../../contract/registry.ts';

/** Docker takes the beginning of an image's id for a name too, and would then run whatever image that is. */
export function mayBeImageId(image: string): boolean {
  return /^(sha256:)?[0-9a-f]{1,64}$/.test(image);
}

/** Whether an image is of a registry that the pattern means. `*` stands for any part of a registry's name. */
export function isFromRegistry(pattern: string, image: string): boolean {
  return expressionOf(registryName(pattern)).test(registryOf(image));
}

/**
 * Whether a reference is one that the pattern means. `*` stands for any characters but `/`, `**` for any at all, `?` for one.
 * A pattern is read as Docker reads a reference: without a registry it is one of docker.io; without a tag or a digest it
 * means all of them.
 */
export function isImage(pattern: string, image: string): boolean {
  return expressionOf(wholePattern(pattern), '([:@].*)?').test(canonicalImage(image));
}

function wholePattern(pattern: string): string {
  const [first = '', ...rest] = pattern.split('/');
  const hasRegistry = first === '**' || (rest.length > 0 && /[.:*?]|^localhost$/.test(first));
  if (hasRegistry) return pattern.replace(/^index\.docker\.io\//, 'docker.io/');
  return rest.length > 0 ? `docker.io/${pattern}` : `docker.io/library/${pattern}`;
}

/** `open` is added where the pattern's last step says nothing of a tag. */
function expressionOf(pattern: string, open = ''): RegExp {
  const body = pattern.replace(/\*\*|[*?]|[.+^${}()|[\]\\]/g, (found) => {
    if (found === '**') return '.*';
    if (found === '*') return '[^/]*';
    return found === '?' ? '[^/]' : `\\${found}`;
  });
  const lastStep = pattern.slice(pattern.lastIndexOf('/') + 1);
  return new RegExp(`^${body}${/[:@]/.test(lastStep) ? '' : open}$`);
}
