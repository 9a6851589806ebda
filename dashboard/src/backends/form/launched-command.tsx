import { Skeleton, Stack, Text } from '@mantine/core';
import type { JsonObject } from '../../../../contract/json.ts';
import { isProblem } from '../../api/problem.ts';
import { CommandBlock } from '../../parts/command-block.tsx';
import { FaultNotice } from '../../parts/fault-notice.tsx';
import { WarningText } from '../../parts/warning-text.tsx';
import { exampleModel } from './launch-input.ts';
import { useLaunch } from './use-launch.ts';

/** The command of a version as it is rendered for an example, and what is odd about it. */
export function LaunchedCommand({
  definition,
  version,
}: {
  definition: JsonObject;
  version: string;
}) {
  const { preview, warnings } = useLaunch(definition, version);
  const { data, error } = preview;
  if (error && !isProblem(error)) {
    return <FaultNotice fault={error} again={() => preview.refetch()} />;
  }
  return (
    <Stack gap={4}>
      {data && (
        <CommandBlock
          text={data.command_line === '' ? "(the image's own)" : data.command_line}
          what="the launched command"
        />
      )}
      {!data && !error && <Skeleton h={36} />}
      {error && (
        <Text size="sm">
          The command cannot be rendered on its own; a deployment may supply what is missing.
        </Text>
      )}
      {data && (
        <Text size="xs" c="dimmed">
          Example: {exampleModel} on one host.
        </Text>
      )}
      {warnings.map(({ pointer, detail }) => (
        <WarningText key={pointer + detail} text={detail} />
      ))}
    </Stack>
  );
}
