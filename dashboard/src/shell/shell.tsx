import { AppShell, Burger, Group, ScrollArea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type ReactNode, useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { useReach } from '../api/reach.ts';
import { LiveSign } from '../live/live-sign.tsx';
import { ToldAbove } from '../parts/told-above.ts';
import { AccountMenu } from '../session/account-menu.tsx';
import { Logo } from './logo.tsx';
import { LostBanner } from './lost-banner.tsx';
import { Navigation } from './navigation.tsx';
import { Palette, SearchButton } from './palette.tsx';
import { SchemeSwitch } from './scheme-switch.tsx';

/** What stands around every page. */
export function Shell({ children }: { children: ReactNode }) {
  const [opened, { toggle, close }] = useDisclosure(false);
  const { isLost, answeredAt } = useReach();
  const main = useFocusAtNewPage(close);
  return (
    <>
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <Palette />
      <AppShell
        header={{ height: 56 }}
        navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !opened } }}
        padding={{ base: 'md', md: 'xl' }}
      >
        <AppShell.Header>
          <Group h="100%" px="md" justify="space-between" wrap="nowrap">
            <Group gap="sm" wrap="nowrap">
              <Burger
                opened={opened}
                onClick={toggle}
                hiddenFrom="sm"
                size="sm"
                aria-label={opened ? 'Close the navigation' : 'Open the navigation'}
                aria-expanded={opened}
              />
              <Logo />
            </Group>
            <Group gap="xs" wrap="nowrap">
              <SearchButton />
              <SchemeSwitch />
              <AccountMenu />
            </Group>
          </Group>
        </AppShell.Header>
        <AppShell.Navbar p="sm">
          <AppShell.Section grow component={ScrollArea}>
            <Navigation />
          </AppShell.Section>
          <AppShell.Section>
            <LiveSign />
          </AppShell.Section>
        </AppShell.Navbar>
        <AppShell.Main id="main" tabIndex={-1} ref={main} style={{ outline: 'none' }}>
          {isLost && <LostBanner answeredAt={answeredAt} />}
          <ToldAbove value={isLost}>{children}</ToldAbove>
        </AppShell.Main>
      </AppShell>
    </>
  );
}

/** A new page begins at its top, and is where the keyboard and the screen reader are. */
function useFocusAtNewPage(onLeave: () => void) {
  const [path] = useLocation();
  const main = useRef<HTMLElement>(null);
  const shown = useRef(path);
  useEffect(() => {
    if (shown.current === path) return;
    shown.current = path;
    onLeave();
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [path, onLeave]);
  return main;
}
