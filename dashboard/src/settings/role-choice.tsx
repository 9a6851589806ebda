import { Radio, Stack } from '@mantine/core';
import type { TokenRole } from '../../../contract/access.ts';
import { roleWords } from './roles.ts';

const roles = Object.keys(roleWords) as TokenRole[]; // the keys of a Record of them

/** Only administrators give roles, and none is above theirs. */
export function RoleChoice({
  value,
  onChange,
  error,
}: {
  value: TokenRole;
  onChange: (role: TokenRole) => void;
  error?: string | undefined;
}) {
  return (
    <Radio.Group label="Role" value={value} onChange={onChange} error={error}>
      <Stack gap="xs" mt={6}>
        {roles.map((role) => (
          <Radio
            key={role}
            value={role}
            label={roleWords[role].label}
            description={roleWords[role].may}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}
