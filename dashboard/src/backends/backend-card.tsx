import { Badge, Box, Card, Group, Stack, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { Backend } from '../../../contract/backend.ts';
import { countOf } from '../parts/count-of.ts';
import classes from '../parts/link-card.module.css';
import { BackendIcon } from './backend-icon.tsx';
import { BackendMenu } from './backend-menu.tsx';
import { Frameworks } from './frameworks.tsx';
import { SourceBadge } from './source-badge.tsx';

/** One backend in the list. The whole card leads to it, its menu does not. */
export function BackendCard({ backend }: { backend: Backend }) {
  const versions = Object.keys(backend.version_configs).length;
  const users = new Set(backend.in_use_by.map(({ deployment }) => deployment)).size;
  return (
    <Card withBorder className={classes.card} component="article">
      <Stack gap="sm" h="100%">
        <Group wrap="nowrap" align="flex-start" justify="space-between">
          <Group wrap="nowrap" gap="sm" align="flex-start">
            <BackendIcon name={backend.backend_name} icon={backend.icon} />
            <div>
              <Text component="h2" fw={600} lh={1.3}>
                <Link href={`/backends/${backend.backend_name}`} className={classes.link}>
                  {backend.backend_name}
                </Link>
              </Text>
              <Group gap={6}>
                <SourceBadge source={backend.source} />
                {backend.update_available && (
                  <Badge size="sm" variant="default">
                    Update available
                  </Badge>
                )}
              </Group>
            </div>
          </Group>
          <div className={classes.menu}>
            <BackendMenu backend={backend} />
          </div>
        </Group>
        <Box flex={1}>
          <Text size="sm" c="dimmed" lineClamp={2}>
            {backend.description ?? 'No description.'}
          </Text>
        </Box>
        <Frameworks frameworks={backend.frameworks} />
        <Text size="xs" c="dimmed">
          {countOf(versions, 'version')}
          {' · '}
          {users === 0 ? 'not in use' : `in use by ${countOf(users, 'deployment')}`}
        </Text>
      </Stack>
    </Card>
  );
}
