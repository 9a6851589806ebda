import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useDeployments } from '../deployments/queries.ts';
import { readNow } from './read-again.ts';

/** What begins the keys of what tells which deployments use it. */
const usedKinds: ReadonlySet<unknown> = new Set(['backends', 'secrets']);

/** Backends and secrets tell who uses them: that changes with deployments, and nothing is told of themselves then. */
export function useFreshUses(everyMs: number): void {
  const queries = useQueryClient();
  const { data: deployments } = useDeployments(everyMs);
  const specs = deployments
    ?.map(({ id, revision }) => `${id} ${revision}`)
    .sort()
    .join();
  const known = useRef(specs);
  useEffect(() => {
    if (specs === undefined || specs === known.current) return;
    const isFirst = known.current === undefined;
    known.current = specs;
    if (!isFirst) void readNow(queries, ({ queryKey: [kind] }) => usedKinds.has(kind));
  }, [queries, specs]);
}
