import { Alert, Code, Text } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';

/** What those should know who add a version to an engine whose images differ in how they begin. */
const notes: Record<string, ReactNode> = {
  vllm: (
    <>
      vLLM images start with <Code>vllm serve</Code> since 0.11.1, and with{' '}
      <Code>python3 -m vllm.entrypoints.openai.api_server</Code> before that. For an older image,
      set the latter as the entrypoint and start the command with{' '}
      <Code>{'--model {{model_path}}'}</Code>. For Ascend, copy a built-in version: its entrypoint
      prepares the environment.
    </>
  ),
  sglang: (
    <>
      A version without its own entrypoint uses the backend's{' '}
      <Code>python3 -m sglang.launch_server</Code>, so its command holds arguments only. For Ascend,
      copy a built-in version: its entrypoint prepares the environment.
    </>
  ),
};

export function EntrypointNote({ backendName }: { backendName: string }) {
  const key = backendName.toLowerCase();
  if (!Object.hasOwn(notes, key)) return null;
  return (
    <Alert icon={<IconInfoCircle aria-hidden />} p="xs" variant="light">
      <Text size="sm" lh={1.6}>
        {notes[key]}
      </Text>
    </Alert>
  );
}
