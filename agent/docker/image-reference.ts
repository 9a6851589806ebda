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
