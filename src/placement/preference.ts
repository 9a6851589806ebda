import { canonicalImage } from '../../contract/image-reference.ts';
import type { Fit, PlacementRequest } from './model.ts';

/** By which the hosts that fit are ordered: a smaller number is better. */
interface Rank {
  siblings: number;
  model: number;
  image: number;
  instances: number;
}

/**
 * Orders the hosts that fit, the best first:
 *
 * 1. `spread` only: fewer instances of the same deployment. What a host need not fetch must not put all replicas on it.
 * 2. It has the model already, which is mostly larger than the image; then: it has the image.
 * 3. `spread`: fewer instances of anybody; `binpack`: more.
 */
export function byPreference(request: PlacementRequest): (left: Fit, right: Fit) => number {
  const ranks = new Map<Fit, Rank>();
  const rank = (fit: Fit): Rank => {
    const known = ranks.get(fit) ?? rankOf(request, fit);
    ranks.set(fit, known);
    return known;
  };
  return (left, right) => {
    const decisive = difference(rank(left), rank(right));
    if (decisive) return rank(left)[decisive] - rank(right)[decisive];
    return left.host.id < right.host.id ? -1 : 1;
  };
}

/** Why `best`, the first of `fitting`, was chosen of `all` hosts: what sets it apart from the second. */
export function whyThere(
  request: PlacementRequest,
  best: Fit,
  fitting: readonly Fit[],
  all: number,
): string {
  const [, second] = fitting;
  if (!second) return all === 1 ? 'the only host' : `the only one of ${all} hosts that fits`;
  const decisive = difference(rankOf(request, best), rankOf(request, second));
  const reasons = {
    siblings: 'fewest replicas of the same deployment',
    model: 'it has the model',
    image: 'it has the image',
    instances: request.placement.strategy === 'binpack' ? 'most instances' : 'fewest instances',
  };
  const reason = decisive ? reasons[decisive] : 'all fit equally well';
  return `chosen from ${fitting.length} hosts that fit: ${reason}`;
}

function rankOf(request: PlacementRequest, { host, placement }: Fit): Rank {
  const { model, siblings } = request;
  const spreads = request.placement.strategy === 'spread';
  return {
    siblings: spreads ? (siblings.get(host.id) ?? 0) : 0,
    model: model !== null && host.models.includes(model) ? 0 : 1,
    image: host.images.includes(canonicalImage(placement.image)) ? 0 : 1,
    instances: spreads ? host.instances : -host.instances,
  };
}

/** What they differ in first. */
function difference(left: Rank, right: Rank): keyof Rank | undefined {
  const order = ['siblings', 'model', 'image', 'instances'] as const;
  return order.find((key) => left[key] !== right[key]);
}
