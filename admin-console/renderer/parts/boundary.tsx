// Keeps a fault in one screen to that screen: the menu stays, what happened is said, and the next screen is drawn as if nothing had been.

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
        <Wrong error={error} again={() => this.setState({ error: undefined })} />
      </div>
    );
  }
}
