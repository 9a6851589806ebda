import type { HostReason } from '../../contract/instance.ts';

/** A message is stored with each instance that waits, and thousands of hosts may each have a reason of their own. */
const mostKinds = 5;

/** Why nothing fits, in one sentence of at most five reasons: "3 hosts: 2 have no cuda GPU, 1 has 1 of 2 GPUs free". */
export function explain(reasons: readonly HostReason[]): string {
  if (reasons.length === 0) return 'No host is enrolled. Add one, and this is placed at once.';
  const counts = new Map<string, number>();
  for (const { detail } of reasons) counts.set(detail, (counts.get(detail) ?? 0) + 1);
  const kinds = [...counts].sort((left, right) => right[1] - left[1]);
  const parts = kinds
    .slice(0, mostKinds)
    .map(([detail, count]) => `${count} ${count === 1 ? detail : inPlural(detail)}`);
  const others = kinds.slice(mostKinds).reduce((sum, [, count]) => sum + count, 0);
  if (others > 0) parts.push(`${others} for other reasons`);
  return `${reasons.length} ${reasons.length === 1 ? 'host' : 'hosts'}: ${parts.join(', ')}`;
}

function inPlural(detail: string): string {
  return detail
    .replace(/^has\b/, 'have')
    .replace(/^is\b/, 'are')
    .replace(/^lacks\b/, 'lack');
}
