/** As the API calls them, and the address too. */
export const filterNames = [
  'actor',
  'resource_kind',
  'resource_name',
  'operation',
  'from',
  'until',
] as const;
export type FilterName = (typeof filterNames)[number];

/** What is set, for the API. */
export function setFilters(
  values: Record<FilterName, readonly string[]>,
): Partial<Record<FilterName, string>> {
  return Object.fromEntries(
    filterNames.flatMap((name) => {
      const [value = ''] = values[name];
      return value === '' ? [] : [[name, value]];
    }),
  );
}
