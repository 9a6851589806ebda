import { Component, type ReactNode } from 'react';
import { FaultNotice } from './fault-notice.tsx';

/** A page that cannot be drawn says so in its place, and leaves the way to the others open. */
export class CatchFault extends Component<{ children: ReactNode }, { fault: Error | null }> {
  override state: { fault: Error | null } = { fault: null };

  static getDerivedStateFromError(fault: unknown) {
    return { fault: fault instanceof Error ? fault : new Error(String(fault)) };
  }

  override render() {
    const { fault } = this.state;
    if (fault === null) return this.props.children;
    return <FaultNotice fault={fault} again={() => this.setState({ fault: null })} />;
  }
}
