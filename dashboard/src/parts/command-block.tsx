import { Box, Code } from '@mantine/core';
import { Copy } from './copy.tsx';

/** A command or a text to be copied, as it is. */
export function CommandBlock({ text, what }: { text: string; what: string }) {
  return (
    <Box pos="relative">
      {/* A region that scrolls must be within reach of the keyboard. */}
      <Code block pr={40} tabIndex={0} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {text}
      </Code>
      <Box pos="absolute" top={6} right={6}>
        <Copy value={text} what={what} />
      </Box>
    </Box>
  );
}
