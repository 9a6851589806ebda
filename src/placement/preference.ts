import { canonicalImage } from '../../contract/image-reference.ts';
import type { HostView, Placement, PlacementRequest } from './place.ts';

interface Fit {
  placement: Placement;
  host: HostView;
}

/**
 * Orders the hosts that fit, the best first:
 *
 * 1. `spread` only: fewer instances of the same deployment. What a host need not fetch must not put all replicas on it.
 * 2. It has the model already, which is mostly larger than the image; then: it has the image.
 * 3. `spread`: fewer instances of anybody; `binpack`: more.
 */
export function byPreference(request: PlacementRequest): (left: Fit, right: Fit) => number {
  const { model, siblings } = request;
  const spreads = request.placement.strategy === 'spread';
  const spellings = new Map(request.candidates.map(({ image }) => [image, canonicalImage(image)]));
  const ranks = new Map<HostView, number[]>();

  function rankOf({ host, placement }: Fit): number[] {
    const known = ranks.get(host);
    if (known) return known;
    const hasModel = model !== null && host.models.includes(model);
    const hasImage = host.images.includes(spellings.get(placement.image) ?? placement.image);
    const rank = [
      spreads ? (siblings.get(host.id) ?? 0) : 0,
      hasModel ? 0 : 1,
      hasImage ? 0 : 1,
      spreads ? host.instances : -host.instances,
    ];
    ranks.set(host, rank);
    return rank;
  }

  return (left, right) => {
    const rank = rankOf(right);
    for (const [at, value] of rankOf(left).entries()) {
      const difference = value - (rank[at] ?? 0);
      if (difference !== 0) return difference;
    }
    return left.host.id < right.host.id ? -1 : 1;
  };
}
