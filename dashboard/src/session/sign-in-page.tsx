import { Button, Center, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ask } from '../api/client.ts';
import { credentials } from '../api/credentials.ts';
import { Logo } from '../shell/logo.tsx';

/** The way in with a token, which stays in this tab. */
export function SignInPage() {
  const queries = useQueryClient();
  const [token, setToken] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function signIn(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setFault(null);
    credentials.keepToken(token.trim());
    try {
      await ask({ path: '/v1/me' });
      await queries.resetQueries();
    } catch (error) {
      credentials.keepToken(null);
      setFault(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Center mih="100vh" p="md" component="main">
      <Paper withBorder p="xl" w="100%" maw={420} component="form" onSubmit={signIn}>
        <Stack>
          <Logo />
          <Title order={1} size="h3">
            Sign in
          </Title>
          <Text c="dimmed" size="sm">
            With an API token of your organisation. It is kept by this tab only, until you close it.
          </Text>
          <PasswordInput
            label="Token"
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
      </Paper>
    </Center>
  );
}
