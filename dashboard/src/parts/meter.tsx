import { Box, Text } from '@mantine/core';

/** How much of something is taken: a bar, and the same in words. `label` names it for those who don't see it. */
export function Meter({
  label,
  value,
  max,
  text,
}: {
  label: string;
  value: number;
  max: number;
  text: string;
}) {
  const share = max <= 0 ? 0 : Math.min(Math.max(value / max, 0), 1);
  return (
    <div>
      <Box
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={max}
        aria-valuenow={Math.min(value, max)}
        aria-valuetext={text}
        h={8}
        style={{
          borderRadius: 4,
          overflow: 'hidden',
          border: '1px solid var(--shell-border)',
          background: 'var(--faint)',
        }}
      >
        <Box h="100%" w={`${share * 100}%`} bg="var(--mantine-primary-color-filled)" />
      </Box>
      <Text size="xs" c="dimmed" mt={2}>
        {text}
      </Text>
    </div>
  );
}
