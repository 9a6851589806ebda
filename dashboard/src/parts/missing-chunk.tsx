import { useContext, useEffect, useState } from 'react';
import { NoAnswer } from '../api/problem.ts';
import { answers, loadAnew, wasJustReloaded } from '../stale-chunk.ts';
import { FaultNotice } from './fault-notice.tsx';
import { PageSkeleton } from './skeletons.tsx';
import { ToldAbove } from './told-above.ts';

const unanswered = new NoAnswer('This page could not be loaded.', { ofReading: true });
const gone = new Error(
  'A file of this page is missing. A new version may be on its way: try again in a moment.',
);

/** In the place of a page whose file did not come: it is loaded anew as soon as that can help. */
export function MissingChunk() {
  const [mayReload, setMayReload] = useState(!wasJustReloaded());
  /** Null: not known yet. */
  const [fault, setFault] = useState<Error | null>(null);
  useEffect(() => {
    if (fault !== null) return;
    let isOver = false;
    answers().then((answered) => {
      if (isOver) return;
      if (answered && mayReload) loadAnew();
      else setFault(answered ? gone : unanswered);
    });
    return () => {
      isOver = true;
    };
  }, [fault, mayReload]);

  function again() {
    setMayReload(true);
    setFault(null);
  }

  const isToldAbove = useContext(ToldAbove);
  const [wasToldAbove, setWasToldAbove] = useState(isToldAbove);
  if (isToldAbove !== wasToldAbove) {
    setWasToldAbove(isToldAbove);
    // There is an answer again.
    if (!isToldAbove) again();
  }
  return fault === null ? <PageSkeleton /> : <FaultNotice fault={fault} again={again} />;
}
