import { canonicalImage } from '../../contract/image-reference.ts';
import type { ImageSummary } from '../docker/replies.ts';

const mostImages = 256;
const longestName = 1024;

/**
 * What the engine's images are called, tags and digests, the newest images first: always in the same order, so that
 * the control plane hears of it only when something changed.
 */
export function imageNames(images: readonly Omit<ImageSummary, 'Id'>[]): string[] {
  const names = images
    .flatMap(({ Created, RepoTags, RepoDigests }) =>
      [...(RepoTags ?? []), ...(RepoDigests ?? [])]
        .filter((name) => !name.includes('<none>') && name.length <= longestName / 2)
        .map((name) => ({ name: canonicalImage(name), created: Created })),
    )
    .sort((left, right) => right.created - left.created || (left.name < right.name ? -1 : 1))
    .map(({ name }) => name);
  return [...new Set(names)].slice(0, mostImages);
}
