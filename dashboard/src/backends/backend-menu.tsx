import { Menu } from '@mantine/core';
import { IconCopy, IconDownload, IconPencil, IconRocket, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import type { Backend } from '../../../contract/backend.ts';
import { MoreMenu } from '../parts/more-menu.tsx';
import { useMay } from '../session/who-am-i.ts';
import { exportBackend } from './export-backend.ts';
import { DeleteBackendDialog } from './one/delete-backend-dialog.tsx';

/** What can be done with a backend from wherever it stands. */
export function BackendMenu({
  backend,
  isOnItsPage = false,
}: {
  backend: Backend;
  /** Where the first things to do have buttons. */
  isOnItsPage?: boolean;
}) {
  const { backend_name: name, source } = backend;
  const mayChange = useMay('operator');
  const [isDeleting, setDeleting] = useState(false);
  const encoded = encodeURIComponent(name);
  return (
    <>
      <MoreMenu label={`Actions for ${name}`} isInHead={isOnItsPage}>
        {mayChange && !isOnItsPage && (
          <>
            <Menu.Item
              leftSection={<IconRocket size={16} />}
              component={Link}
              href={`/deploy?backend=${encoded}`}
            >
              Deploy a model
            </Menu.Item>
            <Menu.Item
              leftSection={<IconPencil size={16} />}
              component={Link}
              href={`/backends/${name}/edit`}
            >
              Edit
            </Menu.Item>
          </>
        )}
        {mayChange && (
          <Menu.Item
            leftSection={<IconCopy size={16} />}
            component={Link}
            href={`/add-backend?from=${encoded}`}
          >
            Duplicate
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconDownload size={16} />} onClick={() => exportBackend(name)}>
          Export as YAML
        </Menu.Item>
        {mayChange && source !== 'built_in' && (
          <>
            <Menu.Divider />
            <Menu.Item
              leftSection={<IconTrash size={16} />}
              color="var(--mantine-color-error)"
              onClick={() => setDeleting(true)}
            >
              {source === 'community' ? 'Disable' : 'Delete'}
            </Menu.Item>
          </>
        )}
      </MoreMenu>
      {isDeleting && (
        <DeleteBackendDialog
          name={name}
          isCommunity={source === 'community'}
          leadsAway={isOnItsPage}
          onClose={() => setDeleting(false)}
        />
      )}
    </>
  );
}
