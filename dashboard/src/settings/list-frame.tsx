import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { FaultNotice } from '../parts/fault-notice.tsx';
import { RowsSkeleton } from '../parts/skeletons.tsx';

/** A list that is read: what failed, that it is not here yet, that it is empty (`nothing`), or the items. */
export function ListFrame<Item>({
  list,
  nothing,
  children,
}: {
  list: UseQueryResult<Item[]>;
  nothing: ReactNode;
  children: (items: Item[]) => ReactNode;
}) {
  return (
    <>
      {list.isError && <FaultNotice fault={list.error} again={() => list.refetch()} />}
      {list.isPending && <RowsSkeleton rows={3} />}
      {list.data?.length === 0 && nothing}
      {list.data && list.data.length > 0 && children(list.data)}
    </>
  );
}
