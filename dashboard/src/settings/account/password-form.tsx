import { Button, PasswordInput, Stack } from '@mantine/core';
import { useState } from 'react';
import { ask } from '../../api/client.ts';
import { isProblem } from '../../api/problem.ts';
import { FaultNotice } from '../../parts/fault-notice.tsx';
import { useFieldErrors } from '../../parts/field-errors.ts';
import { tell } from '../../parts/tell.tsx';
import { useSubmit } from '../../parts/use-submit.ts';
import { Panel } from '../panel.tsx';
import { useForget } from '../queries.ts';

const fields = ['/current_password', '/new_password'];

/** Sets a password, the first or another. */
export function PasswordForm({ email }: { email: string }) {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const forget = useForget();
  const { isBusy, fault, submit } = useSubmit(async () => {
    const body = {
      ...(current === '' ? {} : { current_password: current }),
      new_password: next,
    };
    await ask({ method: 'PUT', path: '/v1/me/password', body });
    setCurrent('');
    setNext('');
    await forget('sessions');
    tell('Password changed. You are signed out everywhere else.');
  });
  const { form, errorOf, rest } = useFieldErrors(fault, fields);
  const isWrong = isProblem(fault, 'sign_in_failed');
  return (
    <Panel title="Password" description="Changing it signs you out everywhere else.">
      <form ref={form} onSubmit={submit}>
        <Stack maw={420}>
          {/* Password managers look for whose it is. */}
          <input
            type="text"
            name="username"
            autoComplete="username"
            value={email}
            readOnly
            hidden
          />
          <PasswordInput
            label="Current password"
            description="Leave empty if you have none, or used a sign-in link in the last 15 minutes."
            autoComplete="current-password"
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
            data-pointer="/current_password"
            error={isWrong ? fault.problem.detail : errorOf('/current_password')}
            maxLength={128}
          />
          <PasswordInput
            label="New password"
            description="12 characters or more, of any kind."
            autoComplete="new-password"
            value={next}
            onChange={(event) => setNext(event.currentTarget.value)}
            data-pointer="/new_password"
            error={errorOf('/new_password')}
            maxLength={128}
            required
          />
          {rest && !isWrong && <FaultNotice fault={rest} />}
          <Button type="submit" loading={isBusy} w="fit-content">
            Set password
          </Button>
        </Stack>
      </form>
    </Panel>
  );
}
