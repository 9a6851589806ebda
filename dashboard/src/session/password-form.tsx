import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { ask } from '../api/client.ts';
import { FaultNotice } from '../parts/fault-notice.tsx';
import { useEntering } from './entering.ts';

export function PasswordForm() {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const { submit, isBusy, fault } = useEntering(() =>
    ask({ method: 'POST', path: '/auth/sign-in/password', body: { email, password } }),
  );
  return (
    <form onSubmit={submit}>
      <Stack>
        {fault && <FaultNotice fault={fault} />}
        <TextInput
          label="Email"
          type="email"
          autoComplete="username"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          required
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          required
        />
        <Button type="submit" loading={isBusy}>
          Sign in
        </Button>
      </Stack>
    </form>
  );
}
