import { Button, FileButton, Group, Input } from '@mantine/core';
import { useState } from 'react';
import { BackendIcon } from '../backend-icon.tsx';
import { useField } from './found-context.tsx';

/** As much as a definition takes, written as a data URI. */
const MAX_BYTES = 48_000;

/** A picture from a file, kept in the definition itself. */
export function IconField({
  name,
  icon,
  set,
}: {
  name: string;
  icon: string;
  set: (icon: string) => void;
}) {
  const [fault, setFault] = useState<string | null>(null);
  const { 'data-pointer': at, error, ...wiring } = useField('/icon', 'A picture of up to 48 KB.');

  async function take(file: File | null) {
    if (file === null) return;
    if (file.size > MAX_BYTES) {
      setFault(`${file.name} is larger than 48 KB.`);
      return;
    }
    setFault(null);
    set(await dataUriOf(file));
  }

  return (
    <Input.Wrapper label="Icon" labelElement="div" {...wiring} error={fault ?? error}>
      <Group gap="sm" my={4} data-pointer={at}>
        <BackendIcon name={name || '?'} icon={icon === '' ? undefined : icon} />
        <FileButton onChange={take} accept="image/*">
          {(props) => (
            <Button {...props} variant="default" size="xs">
              Choose a picture
            </Button>
          )}
        </FileButton>
        {icon !== '' && (
          <Button variant="subtle" size="xs" onClick={() => set('')}>
            Remove
          </Button>
        )}
      </Group>
    </Input.Wrapper>
  );
}

function dataUriOf(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
