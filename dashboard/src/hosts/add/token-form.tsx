import { Button, Group, NativeSelect, NumberInput, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { NewEnrollmentToken } from '../../../../contract/enrollment-token.ts';
import { ask } from '../../api/client.ts';
import { FaultNotice } from '../../parts/fault-notice.tsx';
import { useFieldErrors } from '../../parts/field-errors.ts';
import { newKey } from '../../parts/new-key.ts';
import { useSubmit } from '../../parts/use-submit.ts';

const times = [
  { value: '3600', label: 'An hour' },
  { value: '86400', label: 'A day' },
  { value: '604800', label: 'A week' },
];
const MOST_HOSTS = 1000;
const fields = ['/uses'];

/** How many machines may come by the token, and until when. */
export function TokenForm({
  take,
  cancel,
}: {
  take: (token: NewEnrollmentToken) => void;
  /** None: it stands on a page, and there is nothing to leave. */
  cancel?: () => void;
}) {
  const [uses, setUses] = useState<number | string>(1);
  const [seconds, setSeconds] = useState('3600');
  const { isBusy, fault, submit } = useSubmit(async () => {
    const { data } = await ask<NewEnrollmentToken>({
      method: 'POST',
      path: '/v1/enrollment-tokens',
      body: { uses: Number(uses), expires_in_seconds: Number(seconds) },
      idempotencyKey: newKey(),
    });
    take(data);
  });
  const { form, errorOf, rest } = useFieldErrors(fault, fields);

  return (
    <form ref={form} onSubmit={submit}>
      <Stack>
        <Text size="sm">
          A machine enrols as a host with a token. The token is used once per machine, and is not
          stored.
        </Text>
        <Group grow align="flex-start">
          <NumberInput
            label="Machines"
            description="How many may enrol with this token."
            value={uses}
            onChange={setUses}
            min={1}
            max={MOST_HOSTS}
            allowDecimal={false}
            data-autofocus
            data-pointer="/uses"
            error={errorOf('/uses')}
          />
          <NativeSelect
            label="Valid for"
            description="Hosts stay after it expires."
            data={times}
            value={seconds}
            onChange={(event) => setSeconds(event.currentTarget.value)}
          />
        </Group>
        {rest && <FaultNotice fault={rest} />}
        <Group justify="flex-end" gap="xs">
          {cancel && (
            <Button variant="default" onClick={cancel}>
              Cancel
            </Button>
          )}
          <Button type="submit" loading={isBusy} disabled={Number(uses) < 1}>
            Create the command
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
