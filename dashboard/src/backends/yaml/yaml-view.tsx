import { Group, List, Skeleton, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconAlertCircle, IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { lazy, Suspense, useEffect, useId, useMemo, useRef, useState } from 'react';
import { CatchFault } from '../../parts/catch-fault.tsx';
import type { Finding } from '../../parts/findings.ts';
import { StatusWord } from '../../parts/status-word.tsx';
import type { Place } from '../definition/read-yaml.ts';
import type { useBackendDraft } from '../form/use-backend-draft.ts';
import type { EditorProps, Mark } from './editor-props.ts';
import { marksOf } from './marks.ts';
import { PlainEditor } from './plain-editor.tsx';

const YamlEditor = lazy(() => import('./yaml-editor.tsx'));

/** The definition as text, and below it what is wrong with it, line by line. */
export function YamlView({
  state: { text, setText, reading, faults, focusWanted },
  warnings,
}: {
  state: ReturnType<typeof useBackendDraft>;
  warnings: readonly Finding[];
}) {
  const [goTo, setGoTo] = useState<Place | null>(null);
  const id = useId();
  const found = JSON.stringify([faults, warnings]);
  const marks = useMemo(() => {
    const [wrong, odd]: [(Finding & Partial<Place>)[], Finding[]] = JSON.parse(found);
    return marksOf(wrong, odd, reading.placeOf);
  }, [found, reading]);

  const newest = useRef(marks);
  newest.current = marks;
  useEffect(() => {
    const wrong = newest.current.find(({ severity }) => severity === 'error');
    if (focusWanted > 0 && wrong) setGoTo({ line: wrong.line, column: wrong.column });
  }, [focusWanted]);

  const editor: EditorProps = {
    text,
    onChange: setText,
    marks,
    goTo,
    label: 'Definition in YAML',
    describedBy: id,
  };
  return (
    <Stack gap="xs">
      <CatchFault withoutChunk={<PlainEditor {...editor} />}>
        <Suspense fallback={<Skeleton h={420} />}>
          <YamlEditor {...editor} />
        </Suspense>
      </CatchFault>
      <div id={id} role="status">
        {marks.length === 0 ? (
          <StatusWord look={{ label: 'No problems found', icon: IconCircleCheck, color: 'teal' }} />
        ) : (
          <List listStyleType="none" spacing={4} aria-label="Problems">
            {marks.map((mark) => (
              <List.Item key={`${mark.line} ${mark.column} ${mark.detail}`}>
                <Problem mark={mark} go={() => setGoTo({ line: mark.line, column: mark.column })} />
              </List.Item>
            ))}
          </List>
        )}
      </div>
    </Stack>
  );
}

function Problem({ mark: { line, detail, severity }, go }: { mark: Mark; go: () => void }) {
  const isError = severity === 'error';
  const Icon = isError ? IconAlertCircle : IconAlertTriangle;
  const color = isError ? 'red' : 'orange';
  return (
    <UnstyledButton onClick={go}>
      <Group gap={6} wrap="nowrap" align="flex-start">
        <Icon
          size={16}
          aria-label={isError ? 'Error' : 'Warning'}
          color={`light-dark(var(--mantine-color-${color}-8), var(--mantine-color-${color}-4))`}
          style={{ flexShrink: 0, marginTop: 3 }}
        />
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          <Text span fw={600} inherit>
            Line {line}:
          </Text>{' '}
          {detail}
        </Text>
      </Group>
    </UnstyledButton>
  );
}
