import { Button, PasswordInput, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ask } from '../api/client.ts';
import { credentials } from '../api/credentials.ts';

/** The way in with a token, which stays in this tab. */
export function TokenForm() {
  const queries = useQueryClient();
  const [token, setToken] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function signIn(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setFault(null);
    credentials.keepToken(token.trim());
    // It has an organisation of its own.
    credentials.keepOrg(null);
    try {
      await ask({ path: '/v1/me' });
      queries.clear();
      window.location.assign('/');
    } catch (error) {
      credentials.keepToken(null);
      setFault(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  }

  return (
    <form onSubmit={signIn}>
      <Stack>
        <Text c="dimmed" size="sm">
          A token from your organisation. This tab keeps it until you close it.
        </Text>
        <PasswordInput
          label="API token"
          value={token}
          onChange={(event) => setToken(event.currentTarget.value)}
          error={fault}
          required
          autoComplete="off"
        />
        <Button type="submit" loading={isBusy} disabled={token.trim() === ''}>
          Sign in
        </Button>
      </Stack>
    </form>
  );
}
