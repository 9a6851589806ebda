import { Text } from '@mantine/core';
import {
  createContext,
  type ReactNode,
  type RefObject,
  useCallback,
  useContext,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { type AroundNavHandler, Router } from 'wouter';
import { ActionDialog } from './action-dialog.tsx';

/** What holds up a way to another page, and may go it later. */
interface Hold {
  /** Of the page that is held. */
  href: string;
  ask: (go: () => void) => void;
}

const HoldContext = createContext<RefObject<Hold | null>>({ current: null });

/** Every way to another page asks first whoever has called `useUnsavedGuard`. */
export function GuardedRouter({ children }: { children: ReactNode }) {
  const hold = useRef<Hold | null>(null);
  const aroundNav = useCallback<AroundNavHandler>((navigate, to, options) => {
    const go = () => navigate(to, options);
    if (hold.current && isElsewhere(to)) hold.current.ask(go);
    else go();
  }, []);

  // Browsers call the listeners of a window in the order in which they came: this one is there before the router's.
  useLayoutEffect(() => {
    function popState(event: PopStateEvent) {
      const held = hold.current;
      if (!held || !isElsewhere(held.href)) return;
      // The browser has gone already: the page is put on top again, before the router looks.
      event.stopImmediatePropagation();
      history.pushState(null, '', held.href);
      held.ask(() => history.back());
    }
    window.addEventListener('popstate', popState);
    return () => window.removeEventListener('popstate', popState);
  }, []);

  return (
    <HoldContext value={hold}>
      <Router aroundNav={aroundNav}>{children}</Router>
    </HoldContext>
  );
}

function isElsewhere(to: string): boolean {
  return new URL(to, location.href).pathname !== location.pathname;
}

/**
 * While `isUnsaved`, leaving the page asks first: by a link, by Back, by closing or reloading it. Show `question` on
 * the page; call `release` when what was unsaved is saved.
 */
export function useUnsavedGuard(isUnsaved: boolean): {
  question: ReactNode;
  release: () => void;
} {
  const hold = useContext(HoldContext);
  const [go, setGo] = useState<(() => void) | null>(null);

  useEffect(() => {
    if (!isUnsaved) return;
    hold.current = { href: location.href, ask: (way) => setGo(() => way) };
    function beforeUnload(event: BeforeUnloadEvent) {
      if (hold.current) event.preventDefault();
    }
    window.addEventListener('beforeunload', beforeUnload);
    return () => {
      hold.current = null;
      window.removeEventListener('beforeunload', beforeUnload);
    };
  }, [hold, isUnsaved]);

  function release() {
    hold.current = null;
  }
  return {
    release,
    question: go && (
      <ActionDialog
        opened
        title="Leave without saving?"
        confirm="Leave"
        isDangerous
        onClose={() => setGo(null)}
        run={async () => {
          release();
          go();
        }}
      >
        <Text size="sm">Your changes on this page are not saved and will be lost.</Text>
      </ActionDialog>
    ),
  };
}
