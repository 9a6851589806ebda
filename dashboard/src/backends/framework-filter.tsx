import { FilterChips } from '../parts/filter-chips.tsx';

/** Those that people look for; any other can be searched by name. */
const usual = ['cuda', 'rocm', 'cann', 'musa', 'cpu'];

export function FrameworkFilter({
  chosen,
  set,
}: {
  chosen: string[];
  set: (name: 'framework', chosen: string[]) => void;
}) {
  // One that the address names can be taken away again, too.
  const shown = [...new Set([...usual, ...chosen])];
  return (
    <FilterChips
      label="Framework"
      options={shown.map((name) => [name, name])}
      chosen={chosen}
      choose={(next) => set('framework', next)}
    />
  );
}
