import { Box, Button, Card, Group, Stack, Text, UnstyledButton } from '@mantine/core';
import { Link } from 'wouter';
import type { CatalogueItem } from '../../../../contract/backend.ts';
import { countOf } from '../../parts/count-of.ts';
import classes from '../../parts/link-card.module.css';
import { BackendIcon } from '../backend-icon.tsx';
import { Frameworks } from '../frameworks.tsx';
import { CommunityActions, CommunityState } from './community-actions.tsx';

/** One backend of the gallery. The whole card shows more of it, its buttons do not. */
export function CommunityCard({ item, look }: { item: CatalogueItem; look: () => void }) {
  return (
    <Card withBorder className={classes.card} component="article">
      <Stack gap="sm" h="100%">
        <Group wrap="nowrap" gap="sm" align="flex-start">
          <BackendIcon name={item.backend_name} icon={item.icon} />
          <div>
            <Text component="h2" fw={600} lh={1.3}>
              <UnstyledButton
                onClick={look}
                className={classes.link}
                fz="inherit"
                fw="inherit"
                aria-haspopup="dialog"
              >
                {item.backend_name}
              </UnstyledButton>
            </Text>
            <Text size="xs" c="dimmed">
              {countOf(Object.keys(item.version_configs).length, 'version')}
            </Text>
          </div>
        </Group>
        <Box flex={1}>
          <Text size="sm" c="dimmed" lineClamp={3}>
            {item.description ?? 'No description.'}
          </Text>
        </Box>
        <Frameworks frameworks={item.frameworks} />
        <Group justify="space-between" mih={30} className={classes.menu}>
          <CommunityState item={item} />
          <Group gap="xs">
            {item.enabled && (
              <Button
                component={Link}
                href={`/backends/${item.backend_name}`}
                size="xs"
                variant="default"
                aria-label={`Open ${item.backend_name}`}
              >
                Open
              </Button>
            )}
            <CommunityActions item={item} />
          </Group>
        </Group>
      </Stack>
    </Card>
  );
}
