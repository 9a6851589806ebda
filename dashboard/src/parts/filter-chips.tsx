import { Chip, Group } from '@mantine/core';

/** Several of a few values; `label` names the group for those who don't see it. */
export function FilterChips({
  label,
  options,
  chosen,
  choose,
}: {
  label: string;
  options: [value: string, label: string][];
  chosen: string[];
  choose: (chosen: string[]) => void;
}) {
  return (
    <fieldset aria-label={label} style={{ border: 0, padding: 0, margin: 0 }}>
      <Chip.Group multiple value={chosen} onChange={choose}>
        <Group gap={6}>
          {options.map(([value, text]) => (
            <Chip key={value} value={value} size="xs" variant="light">
              {text}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
    </fieldset>
  );
}
