import { type FormEvent, useState } from 'react';

/** What a form does when it is sent: busy while it is under way, and the fault where it failed. */
export function useSubmit(run: () => Promise<void>) {
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<Error | null>(null);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setFault(null);
    try {
      await run();
    } catch (error) {
      setFault(error instanceof Error ? error : new Error(String(error)));
    } finally {
      setBusy(false);
    }
  }

  return { isBusy, fault, submit, forget: () => setFault(null) };
}
