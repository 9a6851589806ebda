import { ActionIcon, Menu } from '@mantine/core';
import { IconDotsVertical, IconDownload, IconRocket } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { Backend } from '../../../contract/backend.ts';
import { exportBackend } from './export-backend.ts';

/** What can be done with a backend from wherever it stands. */
export function BackendMenu({ backend }: { backend: Backend }) {
  const { backend_name: name } = backend;
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${name}`}>
          <IconDotsVertical size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconRocket size={16} />}
          component={Link}
          href={`/deploy?backend=${encodeURIComponent(name)}`}
        >
          Deploy a model
        </Menu.Item>
        <Menu.Item leftSection={<IconDownload size={16} />} onClick={() => exportBackend(name)}>
          Export as YAML
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
