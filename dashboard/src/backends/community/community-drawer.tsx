import { Anchor, Drawer, Group, Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import type { CatalogueItem } from '../../../../contract/backend.ts';
import { CopyableText } from '../../parts/copy.tsx';
import { NamedValue } from '../../parts/named-value.tsx';
import { VariableTable } from '../../parts/variable-table.tsx';
import { definitionOfBackend } from '../definition/of-backend.ts';
import { LaunchedCommand } from '../form/launched-command.tsx';
import { Frameworks } from '../frameworks.tsx';
import { CommunityActions, CommunityState } from './community-actions.tsx';

/** What one backend of the gallery runs on, and what it launches. */
export function CommunityDrawer({
  item,
  onClose,
}: {
  item: CatalogueItem | null;
  onClose: () => void;
}) {
  return (
    <Drawer
      opened={item !== null}
      onClose={onClose}
      position="right"
      size="lg"
      title={item?.backend_name ?? ''}
    >
      {item && <Details item={item} key={item.backend_name} />}
    </Drawer>
  );
}

function Details({ item }: { item: CatalogueItem }) {
  const versions = Object.keys(item.version_configs);
  const [chosen, choose] = useState(item.default_version ?? versions[0] ?? '');
  const version = item.version_configs[chosen];
  const env = Object.entries({ ...item.default_env, ...version?.env });
  return (
    <Stack>
      <Group justify="space-between" gap="sm">
        <Frameworks frameworks={item.frameworks} />
        <Group gap="sm">
          <CommunityState item={item} />
          <CommunityActions item={item} />
        </Group>
      </Group>
      <Text size="sm">{item.description ?? 'No description.'}</Text>
      {item.enabled && (
        <Anchor component={Link} href={`/backends/${item.backend_name}`} size="sm">
          Open in your backends
        </Anchor>
      )}
      <Select
        label="Version"
        data={versions.map((name) => ({
          value: name,
          label: `${name} (${item.version_configs[name]?.custom_framework})`,
        }))}
        value={chosen}
        onChange={(next) => next !== null && choose(next)}
        allowDeselect={false}
      />
      {version && (
        <>
          <NamedValue name="Image">
            <CopyableText value={version.image_name} what="the image" />
          </NamedValue>
          <NamedValue name="What it launches">
            <LaunchedCommand definition={definitionOfBackend(item)} version={chosen} />
          </NamedValue>
          {env.length > 0 && (
            <NamedValue name="Environment">
              <VariableTable rows={env.map(([name, value]) => ({ name, value }))} />
            </NamedValue>
          )}
        </>
      )}
    </Stack>
  );
}
