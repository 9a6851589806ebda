import { Badge, Group, Menu, Stack, Table, Text, UnstyledButton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import {
  IconChevronDown,
  IconChevronRight,
  IconCopy,
  IconPencil,
  IconRocket,
  IconTrash,
} from '@tabler/icons-react';
import { useEffect, useId, useRef, useState } from 'react';
import { Link } from 'wouter';
import type { Backend, BackendVersion } from '../../../../contract/backend.ts';
import { CopyableText } from '../../parts/copy.tsx';
import { MoreMenu } from '../../parts/more-menu.tsx';
import { UserLinks } from './user-links.tsx';
import { VersionDetail } from './version-detail.tsx';

/** One version; opened it shows what it runs. */
export function VersionRow({
  backend,
  version,
  isNew,
  mayChange,
  copy,
  edit,
  remove,
}: {
  backend: Backend;
  version: BackendVersion;
  /** Somebody has just added it here: it is shown to them. */
  isNew: boolean;
  mayChange: boolean;
  copy: () => void;
  edit: () => void;
  remove: () => void;
}) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const row = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (isNew) row.current?.scrollIntoView({ block: 'center' });
  }, [isNew]);
  // A cell over columns that are not shown would take room for them.
  const isWide = useMediaQuery('(min-width: 48em)', true);
  const columns = (isWide ? 4 : 2) + (mayChange ? 1 : 0);
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <>
      <Table.Tr ref={row} {...(isNew && { bg: 'var(--mantine-primary-color-light)' })}>
        <Table.Td>
          <Group gap={6}>
            <UnstyledButton
              onClick={() => setOpen(!isOpen)}
              aria-expanded={isOpen}
              aria-controls={id}
              fz="sm"
              fw={600}
            >
              <Group gap={4} wrap="nowrap">
                <Chevron size={16} aria-hidden style={{ flexShrink: 0 }} />
                <span style={{ overflowWrap: 'anywhere' }}>{version.version}</span>
              </Group>
            </UnstyledButton>
            {isNew && <Badge size="xs">New</Badge>}
            <Marks version={version} isOfBuiltIn={backend.is_built_in} />
          </Group>
          {/* What has columns of its own where there is room for them. */}
          <Stack gap={2} pl={20} hiddenFrom="sm">
            <CopyableText value={version.image_name} what="the image" />
            <Text size="xs" c="dimmed">
              {version.custom_framework}
            </Text>
          </Stack>
        </Table.Td>
        <Table.Td visibleFrom="sm">
          <CopyableText value={version.image_name} what="the image" />
        </Table.Td>
        <Table.Td visibleFrom="sm">{version.custom_framework}</Table.Td>
        <Table.Td>
          {version.in_use_by.length === 0 ? (
            <Text size="sm" c="dimmed">
              nothing
            </Text>
          ) : (
            <UserLinks names={version.in_use_by} />
          )}
        </Table.Td>
        {mayChange && (
          <Table.Td>
            <VersionMenu
              backend={backend}
              version={version}
              copy={copy}
              edit={edit}
              remove={remove}
            />
          </Table.Td>
        )}
      </Table.Tr>
      <Table.Tr id={id} hidden={!isOpen}>
        <Table.Td colSpan={columns} bg="var(--faint)">
          {isOpen && <VersionDetail backend={backend} version={version} />}
        </Table.Td>
      </Table.Tr>
    </>
  );
}

export function Marks({
  version: { is_default, is_built_in, deprecated },
  isOfBuiltIn,
}: {
  version: Pick<BackendVersion, 'is_default' | 'is_built_in' | 'deprecated'>;
  isOfBuiltIn: boolean;
}) {
  return (
    <>
      {is_default && <Badge size="xs">Default</Badge>}
      {isOfBuiltIn && !is_built_in && (
        <Badge size="xs" variant="light" color="grape">
          Yours
        </Badge>
      )}
      {deprecated && (
        <Badge size="xs" variant="default">
          Deprecated
        </Badge>
      )}
    </>
  );
}

function VersionMenu({
  backend,
  version: { version, is_built_in },
  copy,
  edit,
  remove,
}: Omit<Parameters<typeof VersionRow>[0], 'isNew' | 'mayChange'>) {
  return (
    <MoreMenu label={`Actions for ${version}`}>
      <Menu.Item
        leftSection={<IconRocket size={16} />}
        component={Link}
        href={`/deploy?backend=${encodeURIComponent(backend.backend_name)}`}
      >
        Deploy a model
      </Menu.Item>
      <Menu.Item leftSection={<IconCopy size={16} />} onClick={copy}>
        Copy as a new version
      </Menu.Item>
      {!is_built_in && (
        <>
          <Menu.Item leftSection={<IconPencil size={16} />} onClick={edit}>
            Edit
          </Menu.Item>
          <Menu.Item
            leftSection={<IconTrash size={16} />}
            color="var(--mantine-color-error)"
            onClick={remove}
          >
            Remove
          </Menu.Item>
        </>
      )}
    </MoreMenu>
  );
}
