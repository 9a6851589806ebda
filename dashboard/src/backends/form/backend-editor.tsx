import {
  Alert,
  Button,
  FileButton,
  Grid,
  Group,
  SegmentedControl,
  Select,
  Stack,
  Text,
} from '@mantine/core';
import { IconAlertTriangle, IconFileUpload } from '@tabler/icons-react';
import { type FormEvent, type ReactNode, useId, useRef, useState } from 'react';
import { fieldAround, findingsOf, withoutSaid } from '../../parts/findings.ts';
import classes from '../../parts/form-layout.module.css';
import { pointersOf } from '../definition/pointers.ts';
import { YamlView } from '../yaml/yaml-view.tsx';
import { BackendFields } from './backend-fields.tsx';
import { FoundProvider } from './found-context.tsx';
import { versionsOf } from './launch-input.ts';
import { LaunchPanel } from './launch-panel.tsx';
import type { useBackendDraft, View } from './use-backend-draft.ts';
import { useLaunch } from './use-launch.ts';

/** A definition as a form or as YAML, and beside it what it launches. */
export function BackendEditor({
  state,
  builtIn = [],
  isEdit = false,
  onSubmit,
  children,
}: {
  state: ReturnType<typeof useBackendDraft>;
  builtIn?: readonly string[];
  isEdit?: boolean;
  onSubmit: () => void;
  /** At its end: what went wrong, and the buttons. */
  children: ReactNode;
}) {
  const { view, draft, definition } = state;
  const [chosen, choose] = useState('');
  // What cannot be read keeps showing what it launched before.
  const isReadable = view === 'form' || state.reading.problems.length === 0;
  const readable = useRef(definition);
  if (isReadable) readable.current = definition;
  const versions = versionsOf(readable.current).filter((name) => name !== '');
  const version = versions.includes(chosen)
    ? chosen
    : standing(versions, readable.current.default_version);
  const launch = useLaunch(readable.current, version);
  const shown = pointersOf(draft);
  const fieldAt = (pointer: string) => fieldAround(pointer, shown);
  const errors = findingsOf(state.faults, fieldAt);
  const warnings = findingsOf(withoutSaid(launch.warnings, state.faults), fieldAt);

  function submit(event: FormEvent) {
    event.preventDefault();
    onSubmit();
  }

  return (
    <form onSubmit={submit} noValidate>
      <ViewSwitch state={state} isEdit={isEdit} />
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <div ref={state.container}>
            {view === 'yaml' ? (
              <YamlView state={state} warnings={isReadable ? launch.warnings : []} />
            ) : (
              <FoundProvider value={{ errors: errors.of, warnings: warnings.of }}>
                <BackendFields
                  draft={draft}
                  set={state.set}
                  opened={state.opened}
                  setOpened={state.setOpened}
                  builtIn={builtIn}
                  isEdit={isEdit}
                />
              </FoundProvider>
            )}
          </div>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <div className={classes.aside}>
            <LaunchPanel
              launch={launch}
              brokenLine={isReadable ? undefined : state.reading.problems[0]?.line}
              rest={view === 'form' ? [...errors.rest, ...warnings.rest] : []}
            >
              {versions.length > 1 && (
                <Select
                  label="Version"
                  data={versions}
                  value={version}
                  onChange={(next) => next !== null && choose(next)}
                  allowDeselect={false}
                  searchable
                />
              )}
            </LaunchPanel>
          </div>
        </Grid.Col>
      </Grid>
      <div className={classes.end}>{children}</div>
    </form>
  );
}

/** The version that is shown until somebody chooses: the default, else the last that was added. */
function standing(versions: readonly string[], wanted: unknown): string {
  return versions.find((name) => name === wanted) ?? versions.at(-1) ?? '';
}

function ViewSwitch({
  state: { view, show, reading, losesNotes, setText },
  isEdit,
}: {
  state: ReturnType<typeof useBackendDraft>;
  isEdit: boolean;
}) {
  const id = useId();
  const [problem] = view === 'yaml' ? reading.problems : [];
  return (
    <Stack gap="xs" mb="lg">
      <Group justify="space-between" gap="sm">
        <SegmentedControl
          aria-label="View"
          aria-describedby={id}
          data={[
            { value: 'form', label: 'Form', disabled: problem !== undefined },
            { value: 'yaml', label: 'YAML' },
          ]}
          value={view}
          onChange={(next) => show(next as View)} // one of the above
        />
        {view === 'yaml' && !isEdit && (
          <FileButton
            accept=".yaml,.yml,application/yaml"
            onChange={async (file) => file && setText(await file.text())}
          >
            {(props) => (
              <Button
                {...props}
                variant="default"
                size="xs"
                leftSection={<IconFileUpload size={14} />}
              >
                Open a file
              </Button>
            )}
          </FileButton>
        )}
      </Group>
      <div id={id}>
        {problem && (
          <Text size="sm" c="dimmed">
            Fix line {problem.line} to switch to the form.
          </Text>
        )}
        {losesNotes && (
          <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} p="xs">
            <Text size="sm">
              Some comments or x- keys next to what you changed in the form are no longer in this
              text.
            </Text>
          </Alert>
        )}
      </div>
    </Stack>
  );
}
