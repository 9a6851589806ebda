import { useQuery } from '@tanstack/react-query';
import { ask } from '../../api/client.ts';
import { DifferenceList, type ShownDifference } from '../../parts/difference-list.tsx';
import { FaultNotice } from '../../parts/fault-notice.tsx';
import { RowsSkeleton } from '../../parts/skeletons.tsx';
import { backendKeys, backendPath } from '../queries.ts';

/** What changed from one revision to another. Neither changes any more. */
export function RevisionDifferences({
  name,
  from,
  to,
}: {
  name: string;
  from: number;
  to: number;
}) {
  const diff = useQuery({
    queryKey: [...backendKeys.revisions(name), from, to],
    queryFn: async ({ signal }) => {
      const path = `${backendPath(name)}/revisions/${to}/diff`;
      const request = { path, query: { from }, signal };
      return (await ask<{ differences: ShownDifference[] }>(request)).data.differences;
    },
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: false,
  });
  if (diff.isError) return <FaultNotice fault={diff.error} />;
  if (diff.isPending) return <RowsSkeleton rows={1} />;
  return <DifferenceList differences={diff.data} />;
}
