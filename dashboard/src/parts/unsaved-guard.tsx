import { Text } from '@mantine/core';
import {
  createContext,
  type ReactNode,
  type RefObject,
  useCallback,
  useContext,
  useEffect,
  useRef,
  useState,
} from 'react';
import { type AroundNavHandler, Router } from 'wouter';
import { ActionDialog } from './action-dialog.tsx';

/** Holds up a way to another page, and may go it later. */
type Hold = (go: () => void) => void;

const HoldContext = createContext<RefObject<Hold | null>>({ current: null });

/** Every way to another page asks first whoever has called `useUnsavedGuard`. */
export function GuardedRouter({ children }: { children: ReactNode }) {
  const hold = useRef<Hold | null>(null);
  const aroundNav = useCallback<AroundNavHandler>((navigate, to, options) => {
    const go = () => navigate(to, options);
    const isElsewhere = new URL(to, location.href).pathname !== location.pathname;
    if (hold.current && isElsewhere) hold.current(go);
    else go();
  }, []);
  return (
    <HoldContext value={hold}>
      <Router aroundNav={aroundNav}>{children}</Router>
    </HoldContext>
  );
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
  const isReleased = useRef(false);
  const [go, setGo] = useState<(() => void) | null>(null);

  useEffect(() => {
    if (!isUnsaved) return;
    const { href } = location;
    hold.current = (way) => (isReleased.current ? way() : setGo(() => way));

    function beforeUnload(event: BeforeUnloadEvent) {
      if (!isReleased.current) event.preventDefault();
    }
    // The browser has gone back already: the page is put on top again before the router sees it.
    function popState(event: PopStateEvent) {
      const isElsewhere = location.pathname !== new URL(href).pathname;
      if (isReleased.current || !isElsewhere) return;
      event.stopImmediatePropagation();
      history.pushState(null, '', href);
      setGo(() => () => history.back());
    }
    window.addEventListener('beforeunload', beforeUnload);
    window.addEventListener('popstate', popState, { capture: true });
    return () => {
      hold.current = null;
      window.removeEventListener('beforeunload', beforeUnload);
      window.removeEventListener('popstate', popState, { capture: true });
    };
  }, [hold, isUnsaved]);

  const release = () => {
    isReleased.current = true;
  };
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
        <Text size="sm">What you changed on this page is not saved and will be lost.</Text>
      </ActionDialog>
    ),
  };
}
