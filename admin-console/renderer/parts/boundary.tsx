// Around a screen: one that fails while it is drawn, or whose file is not on the node any more since the node was renewed, says so and offers to load the page
// anew, and the frame around it stays.

import { Component, type ReactNode } from 'react';
import { Wrong } from './states.tsx';

/** @param at where the reader is: an error is of that place, and gone with it */
type Props = { at: string; children: ReactNode };

export class Boundary extends Component<Props, { error?: unknown }> {
  override state: { error?: unknown } = {};

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override componentDidUpdate(before: Props): void {
    if (before.at !== this.props.at && this.state.error !== undefined) this.setState({ error: undefined });
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <div className="hf-page">
        <Wrong error={error} again={() => globalThis.location.reload()} />
      </div>
    );
  }
}
