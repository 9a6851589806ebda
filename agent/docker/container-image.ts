import { canonicalImage, splitImageReference } from '../../contract/image-reference.ts';
import type { Engine, ImageFacts } from './engine.ts';
import type { ContainerDetail } from './replies.ts';

/** What a container was made from. */
export interface ContainerImage {
  /** `repository@sha256:...`, or the image's id where no registry knows it. */
  digest: string;
  /** The architectures, where the image's is not the machine's: it runs there by emulation only. */
  mismatch: { image: string; machine: string } | null;
}

/** Looks up the image of a container. It may have lost its name since, or be gone from the list. */
export async function imageOfContainer(
  engine: Pick<Engine, 'inspectImage' | 'version'>,
  detail: ContainerDetail,
): Promise<ContainerImage> {
  const [facts, { architecture }] = await Promise.all([
    engine.inspectImage(detail.Image),
    engine.version(),
  ]);
  if (!facts) return { digest: detail.Image, mismatch: null };
  const runs = architecture === null || canRun(facts.architecture, architecture);
  return {
    digest: digestOf(facts, detail.Config.Image),
    mismatch: runs ? null : { image: facts.architecture, machine: architecture },
  };
}

/** Of several, that of the repository that was asked for. */
function digestOf({ id, digests }: ImageFacts, image: string): string {
  const wanted = repositoryOf(image);
  return digests.find((digest) => repositoryOf(digest) === wanted) ?? digests[0] ?? id;
}

function repositoryOf(image: string): string {
  return splitImageReference(canonicalImage(image)).repository;
}

/** Machines run their own kind and its 32-bit one. An image made by hand may name none. */
function canRun(image: string, machine: string): boolean {
  if (image === machine || image === '') return true;
  return (machine === 'amd64' && image === '386') || (machine === 'arm64' && image === 'arm');
}
