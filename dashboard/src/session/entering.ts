import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useLocation } from 'wouter';
import { beganSession } from './who-am-i.ts';

/** A way in: runs `enter` once at a time, and keeps what went wrong. */
export function useEntering(enter: () => Promise<unknown>) {
  const queries = useQueryClient();
  const [path, navigate] = useLocation();
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<Error | null>(null);

  async function submit(event?: FormEvent) {
    event?.preventDefault();
    setBusy(true);
    setFault(null);
    try {
      await enter();
      await beganSession(queries);
      if (path === '/sign-in' || path === '/invitation') navigate('/', { replace: true });
    } catch (error) {
      setFault(error instanceof Error ? error : new Error(String(error)));
      setBusy(false);
    }
  }

  return { submit, isBusy, fault };
}
