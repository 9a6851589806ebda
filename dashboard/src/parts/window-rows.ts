import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef, useState } from 'react';

/**
 * Of rows of any number only those about the window, and how much room the others take before and after them. Rows
 * that are not all `rowPx` high are measured where `measure` is their ref and `data-index` their index.
 */
export function useWindowRows<List extends HTMLElement>({
  count,
  rowPx,
  gapPx = 0,
  overscan,
  keyOf,
}: {
  count: number;
  rowPx: number;
  gapPx?: number;
  /** Rows above and below what is seen, for the one who scrolls quickly. */
  overscan: number;
  keyOf: (index: number) => string | number;
}) {
  const list = useRef<List>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    if (list.current) setTop(list.current.getBoundingClientRect().top + window.scrollY);
  }, []);
  const rows = useWindowVirtualizer({
    count,
    estimateSize: () => rowPx,
    gap: gapPx,
    overscan,
    scrollMargin: top,
    getItemKey: keyOf,
  });
  const items = rows.getVirtualItems();
  return {
    list,
    items,
    before: (items[0]?.start ?? top) - top,
    after: rows.getTotalSize() - ((items.at(-1)?.end ?? top) - top),
    measure: rows.measureElement,
  };
}
