import {
  ActionIcon,
  Badge,
  Box,
  Button,
  Group,
  Paper,
  Stack,
  Text,
  UnstyledButton,
} from '@mantine/core';
import {
  IconChevronDown,
  IconChevronRight,
  IconCopy,
  IconPlus,
  IconTrash,
} from '@tabler/icons-react';
import { useId } from 'react';
import { isWithin } from '../../parts/findings.ts';
import { MarkedWithin } from '../../parts/marked-within.tsx';
import { newKey } from '../../parts/new-key.ts';
import { type BackendDraft, newVersionDraft, type VersionDraft } from '../definition/draft.ts';
import { useFound } from './found-context.tsx';
import { VersionFields } from './version-fields.tsx';

/** The versions of a backend as a list: each can be opened, copied and taken away. */
export function VersionList({
  draft,
  set,
  places,
  opened,
  setOpened,
  builtIn,
}: {
  draft: BackendDraft;
  set: (change: Partial<BackendDraft>) => void;
  places: ReadonlyMap<string, string>;
  /** Ids of those that are open. */
  opened: ReadonlySet<string>;
  setOpened: (ids: ReadonlySet<string>) => void;
  /** Names of those that ship, and stay as they are. */
  builtIn: readonly string[];
}) {
  const { errors } = useFound();
  const own = draft.versions.filter(({ name }) => !builtIn.includes(name));
  const setVersions = (versions: VersionDraft[]) => set({ versions });

  function toggle(id: string) {
    const next = new Set(opened);
    if (!next.delete(id)) next.add(id);
    setOpened(next);
  }

  function add(version: VersionDraft) {
    setVersions([...draft.versions, version]);
    setOpened(new Set([...opened, version.id]));
  }

  const missing = errors.get('/version_configs')?.join(' ');
  return (
    <Stack gap="xs">
      {builtIn.length > 0 && (
        <Text size="sm" c="dimmed">
          {builtIn.length} built-in versions, which cannot be edited: {builtIn.join(', ')}.
        </Text>
      )}
      {own.map((version) => (
        <VersionItem
          key={version.id}
          version={version}
          place={places.get(version.id) ?? ''}
          draft={draft}
          isOpen={opened.has(version.id)}
          toggle={() => toggle(version.id)}
          set={(change) =>
            setVersions(
              draft.versions.map((one) => (one.id === version.id ? { ...one, ...change } : one)),
            )
          }
          copy={() => add({ ...version, id: newKey(), name: '' })}
          remove={() => setVersions(draft.versions.filter(({ id }) => id !== version.id))}
        />
      ))}
      {missing && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {missing}
        </Text>
      )}
      <Button
        variant="default"
        size="xs"
        w="fit-content"
        leftSection={<IconPlus size={14} />}
        onClick={() => add(newVersionDraft())}
        data-pointer="/version_configs"
      >
        Add a version
      </Button>
    </Stack>
  );
}

function VersionItem({
  version,
  place,
  draft,
  isOpen,
  toggle,
  set,
  copy,
  remove,
}: {
  version: VersionDraft;
  place: string;
  draft: BackendDraft;
  isOpen: boolean;
  toggle: () => void;
  set: (change: Partial<VersionDraft>) => void;
  copy: () => void;
  remove: () => void;
}) {
  const id = useId();
  const found = useFound();
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  const name = version.name.trim() || 'New version';
  return (
    <Paper withBorder component="section" aria-label={`Version ${name}`}>
      <Group wrap="nowrap" gap="xs" p="xs">
        <UnstyledButton
          onClick={toggle}
          aria-expanded={isOpen}
          aria-controls={id}
          style={{ flex: 1, minWidth: 0 }}
        >
          <Group gap="xs" wrap="nowrap">
            <Chevron size={18} aria-hidden style={{ flexShrink: 0 }} />
            <Text size="sm" fw={600} style={{ whiteSpace: 'nowrap' }}>
              {name}
            </Text>
            {version.custom_framework !== '' && (
              <Badge variant="default" size="sm" tt="none" style={{ flexShrink: 0 }}>
                {version.custom_framework}
              </Badge>
            )}
            <Text size="xs" c="dimmed" className="mono" truncate flex={1}>
              {version.image_name}
            </Text>
            {!isOpen && (
              <MarkedWithin {...found} isWithin={(pointer) => isWithin(pointer, place)} />
            )}
          </Group>
        </UnstyledButton>
        <ActionIcon variant="subtle" color="gray" onClick={copy} aria-label={`Copy ${name}`}>
          <IconCopy size={16} />
        </ActionIcon>
        <ActionIcon variant="subtle" color="gray" onClick={remove} aria-label={`Remove ${name}`}>
          <IconTrash size={16} />
        </ActionIcon>
      </Group>
      {/* Not animated: what is wrong in it gets the focus at once. */}
      <Box id={id} hidden={!isOpen} p="md" pt={4}>
        <VersionFields version={version} set={set} place={place} defaults={draft} />
      </Box>
    </Paper>
  );
}
