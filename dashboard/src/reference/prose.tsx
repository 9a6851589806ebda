import { Code, List, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** A text of the document: paragraphs, lists with `-`, and `code`. */
export function Prose({ text, dimmed = false }: { text: string; dimmed?: boolean }) {
  const color = dimmed ? { c: 'dimmed' } : {};
  return text.split('\n\n').map((block) =>
    block.startsWith('- ') ? (
      <List key={block} size="sm" spacing={4} {...color}>
        {block
          .slice(2)
          .split('\n- ')
          .map((line) => (
            <List.Item key={line}>{withCode(line)}</List.Item>
          ))}
      </List>
    ) : (
      <Text key={block} size="sm" {...color} style={{ overflowWrap: 'anywhere' }}>
        {withCode(block)}
      </Text>
    ),
  );
}

function withCode(text: string): ReactNode[] {
  return text.split('`').map((part, index) => {
    const key = `${index} ${part}`;
    return index % 2 === 1 ? <Code key={key}>{part}</Code> : <span key={key}>{part}</span>;
  });
}
