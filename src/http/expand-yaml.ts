import { type Document, isAlias, isCollection, isPair, isScalar, type Node } from 'yaml';

/** What a document comes to once each alias stands for what it names. */
interface Size {
  nodes: number;
  characters: number;
}

/** No more than can be sent without aliases. */
const largest: Size = { nodes: 40_000, characters: 1024 * 1024 };

/**
 * The alias at which a document has become too large, or that stands within what it names; null: there is none. The parser's
 * own count of aliases misses those that are merged (`<<: *base`), and what a long text comes to.
 */
export function explodingAlias(document: Document): Node | null {
  const sizes = new Map<unknown, Size | 'open'>();
  const anchors = new Map<string, unknown>();
  let culprit: Node | null = null;

  function sizeOf(node: unknown): Size {
    if (isAlias(node)) {
      const size = sizes.get(anchors.get(node.source));
      // One that names nothing is an error of the document.
      if (size === undefined) return { nodes: 1, characters: 0 };
      if (size === 'open') culprit ??= node;
      return size === 'open' ? { nodes: 1, characters: 0 } : size;
    }
    if (isScalar(node)) {
      const size = { nodes: 1, characters: node.source?.length ?? 0 };
      if (node.anchor) anchors.set(node.anchor, node);
      sizes.set(node, size);
      return size;
    }
    if (!isCollection(node)) return { nodes: 1, characters: 0 };
    if (node.anchor) anchors.set(node.anchor, node);
    sizes.set(node, 'open');
    const sum: Size = { nodes: 1, characters: 0 };
    for (const item of node.items) {
      for (const part of isPair(item) ? [item.key, item.value] : [item]) {
        const size = sizeOf(part);
        sum.nodes += size.nodes;
        sum.characters += size.characters;
        if (isAlias(part) && isTooLarge(sum)) culprit ??= part;
      }
    }
    sizes.set(node, sum);
    return sum;
  }

  const whole = sizeOf(document.contents);
  return culprit ?? (isTooLarge(whole) ? document.contents : null);
}

function isTooLarge({ nodes, characters }: Size): boolean {
  return nodes > largest.nodes || characters > largest.characters;
}
