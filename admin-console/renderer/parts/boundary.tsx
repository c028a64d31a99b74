// Around a screen: one that fails while it is drawn, or whose file is not on the node any more since the node was renewed, says so and offers to load the page
// anew, and the frame around it stays.

import { Component, type ReactNode } from 'react';
import { Wrong } from './states.tsx';

/** `place`: another one is another beginning. */
type Props = { readonly place: string; readonly children: ReactNode };

export class Boundary extends Component<Props, { error?: unknown }> {
  override state: { error?: unknown } = {};

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override componentDidUpdate({ place }: Props): void {
    if (place !== this.props.place && this.state.error !== undefined) this.setState({ error: undefined });
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
