import type { Host } from '../../../contract/host.ts';
import { RelativeTime } from '../parts/relative-time.tsx';

/** When it came, or when it was heard last. */
export function LastSign({ host: { status, last_seen_at, status_changed_at } }: { host: Host }) {
  if (status === 'online') {
    return (
      <>
        came online <RelativeTime time={status_changed_at} />
      </>
    );
  }
  if (last_seen_at === null) return <>never seen</>;
  return (
    <>
      last seen <RelativeTime time={last_seen_at} />
    </>
  );
}
