import { MantineProvider } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { useState } from 'react';
import { newQueryClient } from './api/query-client.ts';
import { Live } from './live/live.tsx';
import { Pages } from './pages.tsx';
import { GuardedRouter } from './parts/unsaved-guard.tsx';
import { SignedIn } from './session/signed-in.tsx';
import { theme, variables } from './theme.ts';

export function App() {
  const [queries] = useState(newQueryClient);
  return (
    <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <ModalsProvider>
          <Notifications position="bottom-right" limit={4} className="toasts" />
          <GuardedRouter>
            <SignedIn>
              <Live />
              <Pages />
            </SignedIn>
          </GuardedRouter>
        </ModalsProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
