import { Component, type ReactNode } from 'react';
import { isMissingChunk } from '../stale-chunk.ts';
import { FaultNotice } from './fault-notice.tsx';
import { MissingChunk } from './missing-chunk.tsx';

interface Props {
  children: ReactNode;
  /** What does instead where a file did not come; left out: the page is loaded anew. */
  withoutChunk?: ReactNode;
}

/** A page that cannot be drawn says so in its place, and leaves the way to the others open. */
export class CatchFault extends Component<Props, { fault: Error | null }> {
  override state: { fault: Error | null } = { fault: null };

  static getDerivedStateFromError(fault: unknown) {
    return { fault: fault instanceof Error ? fault : new Error(String(fault)) };
  }

  override render() {
    const { fault } = this.state;
    if (fault === null) return this.props.children;
    if (isMissingChunk(fault)) return this.props.withoutChunk ?? <MissingChunk />;
    return <FaultNotice fault={fault} again={() => this.setState({ fault: null })} />;
  }
}
