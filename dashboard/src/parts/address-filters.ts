import { useCallback, useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';

/**
 * Filters that live in the address, so that they can be sent to somebody and the Back button knows them. `names` are
 * the parameters; each may hold several values.
 */
export function useAddressFilters<Name extends string>(names: readonly Name[]) {
  const search = useSearch();
  const [path, navigate] = useLocation();
  const values = useMemo(() => {
    const parameters = new URLSearchParams(search);
    return Object.fromEntries(names.map((name) => [name, parameters.getAll(name)])) as Record<
      Name,
      string[]
    >; // every name is a key
  }, [search, names]);
  const set = useCallback(
    (name: Name, value: string | readonly string[]) => {
      const parameters = new URLSearchParams(search);
      parameters.delete(name);
      for (const one of typeof value === 'string' ? [value] : value) {
        if (one !== '') parameters.append(name, one);
      }
      const text = parameters.toString();
      navigate(text === '' ? path : `${path}?${text}`, { replace: true });
    },
    [search, path, navigate],
  );
  return { values, set };
}

/** The tab that the address names; the first where it names none that there is. */
export function tabOf<Tab extends string>(
  tabs: readonly [Tab, ...Tab[]],
  named: readonly string[],
): Tab {
  return tabs.find((tab) => tab === named[0]) ?? tabs[0];
}
