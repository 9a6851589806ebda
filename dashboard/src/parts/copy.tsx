import { ActionIcon, CopyButton, Group, Text, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';

/** Copies `value`; `what` names it for those who don't see it: "the address". */
export function Copy({ value, what }: { value: string; what: string }) {
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => {
        const label = copied ? 'Copied' : `Copy ${what}`;
        return (
          <Tooltip label={label}>
            <ActionIcon
              variant="subtle"
              color={copied ? 'teal' : 'gray'}
              size="sm"
              aria-label={label}
              onClick={copy}
            >
              {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
            </ActionIcon>
          </Tooltip>
        );
      }}
    </CopyButton>
  );
}

/** An id, an address, an image: in full, and to be copied. */
export function CopyableText({ value, what }: { value: string; what: string }) {
  return (
    <Group gap={4} wrap="nowrap">
      <Text className="mono" size="sm" style={{ overflowWrap: 'anywhere' }}>
        {value}
      </Text>
      <Copy value={value} what={what} />
    </Group>
  );
}
