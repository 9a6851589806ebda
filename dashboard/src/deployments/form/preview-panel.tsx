import { Alert, Paper, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { Preview } from '../../../../contract/preview.ts';
import { isProblem } from '../../api/problem.ts';
import { CommandBlock } from '../../parts/command-block.tsx';
import { FaultNotice } from '../../parts/fault-notice.tsx';
import { NamedValue } from '../../parts/named-value.tsx';
import { VariableTable } from '../../parts/variable-table.tsx';
import { useForm } from './form-context.tsx';
import type { usePreview } from './use-preview.ts';

/** What hosts will be told to start, as it is typed. */
export function PreviewPanel({
  preview,
  missing,
  curl,
}: {
  preview: ReturnType<typeof usePreview>;
  /** What must be filled in before there is anything to render. */
  missing: readonly string[];
  curl: string;
}) {
  const { errors, warnings } = useForm();
  const { last, error } = preview;
  const isRefused = isProblem(error);
  return (
    <Stack component="aside" aria-label="Preview">
      <Paper withBorder p="md">
        <Stack gap="sm">
          <Title order={2} size="h5">
            What is launched
          </Title>
          <Text size="sm" c="dimmed" role="status">
            {missing.length > 0
              ? missing.join(' ')
              : isRefused
                ? 'The command cannot be rendered yet: see the marked fields.'
                : 'Rendered as you type. Nothing is started yet.'}
          </Text>
          {error && !isRefused && <FaultNotice fault={error} again={() => preview.refetch()} />}
          {isRefused && (error.problem.errors ?? []).length === 0 && <FaultNotice fault={error} />}
          {errors.rest.map(({ pointer, detail }) => (
            <Note key={pointer + detail} color="red" text={detail} at={pointer} />
          ))}
          {warnings.rest.map(({ pointer, detail }) => (
            <Note key={pointer + detail} color="yellow" text={detail} at={pointer} />
          ))}
          {last && (
            <div
              style={{ opacity: missing.length > 0 || isRefused ? 0.8 : 1 }}
              aria-busy={preview.isFetching}
            >
              <Rendered preview={last} />
            </div>
          )}
        </Stack>
      </Paper>
      <Paper withBorder p="md">
        <Stack gap="sm">
          <Title order={2} size="h5">
            The same through the API
          </Title>
          <CommandBlock text={curl} what="the curl command" />
        </Stack>
      </Paper>
    </Stack>
  );
}

function Note({ color, text, at }: { color: string; text: string; at: string }) {
  return (
    <Alert
      variant="default"
      icon={
        <IconAlertTriangle
          color={`light-dark(var(--mantine-color-${color}-7), var(--mantine-color-${color}-4))`}
          aria-hidden
        />
      }
      p="xs"
    >
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {text} {at !== '' && <code>{at}</code>}
      </Text>
    </Alert>
  );
}

function Rendered({
  preview: { launch_spec: spec, command_line, env_sources },
}: {
  preview: Preview;
}) {
  const { image, backend, gpu } = spec;
  const on = gpu
    ? `${gpu.indexes.length} ${gpu.framework} GPU${gpu.indexes.length === 1 ? '' : 's'}`
    : 'no GPU';
  return (
    <Stack gap="sm">
      <div>
        <Text size="xs" c="dimmed">
          Image
        </Text>
        <Text size="sm" className="mono" style={{ overflowWrap: 'anywhere' }}>
          {image}
        </Text>
        <Text size="xs" c="dimmed">
          {backend ? `${backend.backend_name} ${backend.version}, ` : ''}
          {on}
        </Text>
      </div>
      <div>
        <Text size="xs" c="dimmed">
          Command
        </Text>
        <CommandBlock
          text={command_line === '' ? "(the image's own)" : command_line}
          what="the command"
        />
      </div>
      <Variables env={spec.env} sources={env_sources} />
    </Stack>
  );
}

const sourceWords: Record<Preview['env_sources'][string], string> = {
  default: 'backend',
  version: 'version',
  deployment: 'here',
};

function Variables({
  env,
  sources,
}: {
  env: Record<string, string>;
  sources: Preview['env_sources'];
}) {
  const rows = Object.entries(env).map(([name, value]) => ({
    name,
    value,
    source: sourceWords[sources[name] ?? 'deployment'],
  }));
  if (rows.length === 0) return null;
  return (
    <NamedValue name="Environment, and where each variable comes from">
      <VariableTable rows={rows} />
    </NamedValue>
  );
}
