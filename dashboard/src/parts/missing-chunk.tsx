import { useEffect, useState } from 'react';
import { NoAnswer } from '../api/problem.ts';
import { reloadIfAnswers, wasJustReloaded } from '../stale-chunk.ts';
import { FaultNotice } from './fault-notice.tsx';
import { PageSkeleton } from './skeletons.tsx';

/** In the place of a page whose file did not come: it is loaded anew as soon as that can help. */
export function MissingChunk() {
  const [isAsking, setAsking] = useState(!wasJustReloaded());
  useEffect(() => {
    if (!isAsking) return;
    let isOver = false;
    reloadIfAnswers().then((reloads) => {
      if (!isOver && !reloads) setAsking(false);
    });
    return () => {
      isOver = true;
    };
  }, [isAsking]);
  if (isAsking) return <PageSkeleton />;
  const fault = new NoAnswer('This page could not be loaded.', { ofReading: false });
  return <FaultNotice fault={fault} again={() => setAsking(true)} />;
}
