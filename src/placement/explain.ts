import type { HostReason } from '../../contract/instance.ts';

/** Why nothing fits, in one sentence: "3 hosts: 2 have no cuda GPU, 1 has 1 of 2 GPUs free". */
export function explain(reasons: readonly HostReason[]): string {
  if (reasons.length === 0) return 'No host is enrolled. Add one, and this is placed at once.';
  const counts = new Map<string, number>();
  for (const { detail } of reasons) counts.set(detail, (counts.get(detail) ?? 0) + 1);
  const parts = [...counts]
    .sort((left, right) => right[1] - left[1])
    .map(([detail, count]) => `${count} ${count === 1 ? detail : inPlural(detail)}`);
  return `${reasons.length} ${reasons.length === 1 ? 'host' : 'hosts'}: ${parts.join(', ')}`;
}

function inPlural(detail: string): string {
  return detail
    .replace(/^has\b/, 'have')
    .replace(/^is\b/, 'are')
    .replace(/^can\b/, 'can');
}
