import { RelativeTime } from '../parts/relative-time.tsx';

/** When something ends, or ended; null: never. */
export function Ends({ time }: { time: string | null }) {
  if (time === null) return 'does not expire';
  return (
    <>
      {Date.parse(time) > Date.now() ? 'expires ' : 'expired '}
      <RelativeTime time={time} />
    </>
  );
}
