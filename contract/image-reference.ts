/** An image's reference, split as `POST /images/create` wants it: without a tag the engine would pull all tags. */
export function splitImageReference(image: string): { repository: string; tag: string } {
  const digest = image.indexOf('@');
  if (digest >= 0) return { repository: image.slice(0, digest), tag: image.slice(digest + 1) };
  const colon = image.lastIndexOf(':');
  // A colon before a slash belongs to a registry's port.
  if (colon > image.lastIndexOf('/')) {
    return { repository: image.slice(0, colon), tag: image.slice(colon + 1) };
  }
  return { repository: image, tag: 'latest' };
}

/**
 * The one spelling of a reference, with its registry and its tag or digest, by which two are compared:
 * `docker.io/library/redis:latest` for `redis`. Next to a digest a tag says nothing and is dropped, as Docker does.
 */
export function canonicalImage(image: string): string {
  const { repository: written, tag } = splitImageReference(image);
  const isDigest = image.includes('@');
  const repository = isDigest ? splitImageReference(written).repository : written;
  const [first = '', ...rest] = repository.split('/');
  // Docker's rule for what is a registry: it has a dot, a port or a capital letter, or is this machine.
  const hasRegistry = rest.length > 0 && /[.:A-Z]|^localhost$/.test(first);
  const registry = hasRegistry ? first.replace(/^index\.docker\.io$/, 'docker.io') : 'docker.io';
  const path = hasRegistry ? rest.join('/') : repository;
  const library = registry === 'docker.io' && !path.includes('/') ? 'library/' : '';
  return `${registry}/${library}${path}${isDigest ? '@' : ':'}${tag}`;
}
