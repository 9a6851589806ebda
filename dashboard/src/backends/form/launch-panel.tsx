import { Alert, Paper, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { isProblem } from '../../api/problem.ts';
import { CommandBlock } from '../../parts/command-block.tsx';
import { CopyableText } from '../../parts/copy.tsx';
import { FaultNotice } from '../../parts/fault-notice.tsx';
import type { Finding } from '../../parts/findings.ts';
import { exampleModel } from './launch-input.ts';
import type { useLaunch } from './use-launch.ts';

/** What a version launches, for an example of a deployment. */
export function LaunchPanel({
  launch: { preview, isReady },
  rest = [],
  brokenLine,
  children,
}: {
  launch: ReturnType<typeof useLaunch>;
  /** What is odd, and stands at no field. */
  rest?: readonly Finding[];
  /** While the text cannot be read from this line on: what is shown is older. */
  brokenLine?: number | undefined;
  /** Where there are several versions: which one is shown. */
  children?: ReactNode;
}) {
  const { error, last } = preview;
  const isRefused = isProblem(error);
  return (
    <Paper withBorder p="md" component="aside" aria-label="What it launches">
      <Stack gap="sm">
        <Title order={2} size="h5">
          What it launches
        </Title>
        {children}
        <Text size="sm" c="dimmed" role="status">
          {brokenLine !== undefined && isReady
            ? `Shown as it was before the error on line ${brokenLine}.`
            : !isReady
              ? 'Add an image to a version to see its command here.'
              : isRefused
                ? 'The command cannot be rendered yet: see the marked fields. A deployment may supply what is missing.'
                : `Example: ${exampleModel} on one host. Nothing is started.`}
        </Text>
        {error && !isRefused && <FaultNotice fault={error} again={() => preview.refetch()} />}
        {rest.map(({ pointer, detail }) => (
          <Alert
            key={pointer + detail}
            color="yellow"
            icon={<IconAlertTriangle aria-hidden />}
            p="xs"
          >
            <Text size="sm">{detail}</Text>
          </Alert>
        ))}
        {isReady && last && (
          <Stack
            gap="sm"
            // What is older is said in words above: paler text could not be read by everybody.
            style={{ opacity: isRefused ? 0.8 : 1 }}
            aria-busy={preview.isFetching}
          >
            <div>
              <Text size="xs" c="dimmed">
                Image
              </Text>
              <CopyableText value={last.launch_spec.image} what="the image" />
            </div>
            <div>
              <Text size="xs" c="dimmed">
                Command
              </Text>
              <CommandBlock
                text={last.command_line === '' ? "(the image's own)" : last.command_line}
                what="the command"
              />
            </div>
          </Stack>
        )}
      </Stack>
    </Paper>
  );
}
