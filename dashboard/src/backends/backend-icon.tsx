import { Avatar } from '@mantine/core';

/** The definition's own picture, or its first letters. */
export function BackendIcon({ name, icon }: { name: string; icon?: string | undefined }) {
  return (
    <Avatar
      src={icon ?? null}
      alt=""
      radius="md"
      size={40}
      name={name}
      color="initials"
      imageProps={{ style: { objectFit: 'contain' } }}
    />
  );
}
