import { Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { FaultNotice } from './fault-notice.tsx';
import { useSubmit } from './use-submit.ts';

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
  children?: ReactNode;
  isDangerous?: boolean;
  /** False: something must be filled in first. */
  isReady?: boolean;
  size?: string;
}) {
  const { isBusy, fault, submit, forget } = useSubmit(async () => {
    await run();
    onClose();
  });

  function close() {
    forget();
    onClose();
  }

  return (
    <Modal opened={opened} onClose={close} title={title} size={size}>
      <form onSubmit={submit}>
        <Stack>
          {children}
          {fault && <FaultNotice fault={fault} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button
              type="submit"
              loading={isBusy}
              disabled={!isReady}
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
