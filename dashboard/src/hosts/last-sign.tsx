import type { Host } from '../../../contract/host.ts';
import { RelativeTime } from '../parts/relative-time.tsx';

/** Since when it is heard, or when it was heard last. */
export function LastSign({ host: { status, last_seen_at, status_changed_at } }: { host: Host }) {
  if (status === 'online') {
    return (
      <>
        heard without a break since <RelativeTime time={status_changed_at} />
      </>
    );
  }
  if (last_seen_at === null) return <>never heard</>;
  return (
    <>
      last heard <RelativeTime time={last_seen_at} />
    </>
  );
}
