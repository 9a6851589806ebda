/** The part of Miniflare's handle on a Worker that fires a cron trigger. */
export interface Scheduled {
  scheduled(options: { scheduledTime: Date; cron: string }): Promise<{ outcome: string }>;
}

const MINUTE_MS = 60_000;

/** Fires `* * * * *` on each full minute, which Miniflare does not do by itself. A run that is still on is not joined. */
export function startClock(worker: Scheduled): () => void {
  let timer: NodeJS.Timeout;
  let busy = false;
  const fire = async () => {
    const scheduledTime = new Date(Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS);
    const { outcome } = await worker.scheduled({ scheduledTime, cron: '* * * * *' });
    if (outcome !== 'ok') console.error(`the cron trigger of the Worker ended with ${outcome}`);
  };
  const wait = () => {
    timer = setTimeout(
      () => {
        wait();
        if (busy) return;
        busy = true;
        fire()
          .catch((error: unknown) => console.error('the cron trigger of the Worker failed', error))
          .finally(() => {
            busy = false;
          });
      },
      MINUTE_MS - (Date.now() % MINUTE_MS),
    );
  };
  wait();
  return () => clearTimeout(timer);
}
