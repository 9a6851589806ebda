import { ActionIcon, Menu } from '@mantine/core';
import { IconDotsVertical } from '@tabler/icons-react';
import type { ReactNode } from 'react';

/** Three dots that open a menu: in a row of a list, or `isInHead` of a page beside its buttons. */
export function MoreMenu({
  label,
  isInHead = false,
  children,
}: {
  label: string;
  isInHead?: boolean;
  /** `Menu.Item`s. */
  children: ReactNode;
}) {
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon
          variant={isInHead ? 'default' : 'subtle'}
          {...(isInHead ? { size: 'lg' } : { color: 'gray' })}
          aria-label={label}
        >
          <IconDotsVertical size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}
