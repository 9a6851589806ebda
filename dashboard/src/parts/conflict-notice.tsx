import { Alert, Button, Collapse, Group, Stack, Text } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { DifferenceList, type ShownDifference } from './difference-list.tsx';

/** Somebody else was quicker: what they changed, and the choice between theirs and both. Nothing is lost meanwhile. */
export function ConflictNotice({
  name,
  theirs,
  keepMine,
  takeTheirs,
}: {
  name: string;
  theirs: readonly ShownDifference[];
  keepMine: () => void;
  takeTheirs: () => void;
}) {
  const [isOpen, setOpen] = useState(false);
  const notice = useRef<HTMLDivElement>(null);
  useEffect(() => {
    notice.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <Alert
      ref={notice}
      color="orange"
      icon={<IconUsers aria-hidden />}
      title={`Someone else has changed ${name}`}
      role="alert"
      mb="lg"
      styles={{ title: { color: 'var(--mantine-color-text)' } }}
      style={{ scrollMarginTop: 72 }}
    >
      <Stack gap="sm">
        <Text size="sm">
          Your edits are still here. To save them, apply them to the latest version.
        </Text>
        <Group gap="xs">
          <Button size="xs" onClick={keepMine}>
            Keep my changes on top of theirs
          </Button>
          <Button size="xs" variant="default" onClick={takeTheirs}>
            Discard mine
          </Button>
          <Button
            size="xs"
            variant="default"
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? 'Hide' : 'Show'} what they changed
          </Button>
        </Group>
        <Collapse expanded={isOpen}>
          <DifferenceList differences={theirs} />
        </Collapse>
      </Stack>
    </Alert>
  );
}
