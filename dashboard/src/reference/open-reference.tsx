import { Box, Button, Group } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { Link } from 'wouter';
import { PageSkeleton } from '../parts/skeletons.tsx';
import { Logo } from '../shell/logo.tsx';
import { SchemeSwitch } from '../shell/scheme-switch.tsx';

const ApiReferencePage = lazy(() => import('./api-reference-page.tsx'));

/** The address of the API's reference. */
export const referencePath = '/docs/api';

/** The reference for somebody who is not signed in. */
export function OpenReference() {
  return (
    <Box maw={1100} mx="auto" p="md">
      <Group component="header" justify="space-between" wrap="nowrap" mb="xl">
        <Logo />
        <Group gap="xs" wrap="nowrap">
          <SchemeSwitch />
          <Button component={Link} href="/" variant="default">
            Sign in
          </Button>
        </Group>
      </Group>
      <main id="main">
        <Suspense fallback={<PageSkeleton />}>
          <ApiReferencePage />
        </Suspense>
      </main>
    </Box>
  );
}
