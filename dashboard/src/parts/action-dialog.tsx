import { Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { FaultNotice } from './fault-notice.tsx';
import { type ErrorOf, useFieldErrors } from './field-errors.ts';
import { useFocusBack } from './use-focus-back.ts';
import { useSubmit } from './use-submit.ts';

const noFields: readonly string[] = [];

/**
 * Asks before something is done. While it is under way it waits, a refusal is shown in the API's own words, and what
 * went well closes it.
 */
export function ActionDialog({
  title,
  opened,
  onClose,
  confirm,
  run,
  children,
  fields = noFields,
  isDangerous = false,
  isReady = true,
  size = 'md',
}: {
  title: string;
  opened: boolean;
  onClose: () => void;
  /** What the button says. */
  confirm: string;
  run: () => Promise<void>;
  /** Given what was refused of which field, where it has some. */
  children?: ReactNode | ((errorOf: ErrorOf) => ReactNode);
  /** Pointers of the fields that show what was refused of them. */
  fields?: readonly string[];
  isDangerous?: boolean;
  /** False: something must be filled in first. */
  isReady?: boolean;
  size?: string;
}) {
  const { isBusy, fault, submit, forget } = useSubmit(async () => {
    await run();
    onClose();
  });
  useFocusBack();
  const { form, errorOf, rest } = useFieldErrors(fault, fields);

  function close() {
    forget();
    onClose();
  }

  return (
    <Modal opened={opened} onClose={close} title={title} size={size}>
      <form ref={form} onSubmit={submit}>
        <Stack>
          {typeof children === 'function' ? children(errorOf) : children}
          {rest && <FaultNotice fault={rest} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button
              type="submit"
              loading={isBusy}
              disabled={!isReady}
              // Mantine's own red is too pale for the white on it.
              {...(isDangerous ? { color: 'red.9' } : {})}
            >
              {confirm}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
