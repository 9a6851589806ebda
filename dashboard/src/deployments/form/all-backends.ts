import { useBackends } from '../../backends/queries.ts';

const noFilters = { search: '', source: [], framework: [] };

export function useAllBackends() {
  return useBackends(noFilters);
}
