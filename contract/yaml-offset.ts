import { type Document, isMap, isScalar, type Node } from 'yaml';

/** Where the key at `path` of a document begins, or the nearest thing around it: characters from its start. */
export function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const parent: unknown =
      length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const key = String(path[length - 1]);
    const keyNode = isMap(parent)
      ? parent.items.find((item) => isScalar(item.key) && String(item.key.value) === key)?.key
      : document.getIn(path.slice(0, length), true);
    const start = (keyNode as Node | undefined)?.range?.[0]; // every parsed node has a range
    if (start !== undefined) return start;
  }
  return document.contents?.range?.[0] ?? 0;
}
