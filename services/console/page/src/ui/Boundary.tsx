import { Component, type ReactNode } from 'react';
import { Fault } from './states';

interface Props {
  children: ReactNode;
  /** A new value tries again. */
  at?: string;
}

/** Browsers' messages for a script that failed to load. */
const UNLOADED = /dynamically imported module|module script/i;

/** Shows an error in place of the part that failed; the rest of the page stays. */
export class Boundary extends Component<Props, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override componentDidUpdate(before: Props) {
    if (before.at !== this.props.at && this.state.error !== null) this.setState({ error: null });
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    // Browsers remember a failed import. A newer version of the page may have other file names: loading the page gets them.
    if (UNLOADED.test(String(this.state.error)))
      return <Fault error="A part of the page could not be loaded." retry={() => window.location.reload()} />;
    return <Fault error={this.state.error} retry={() => this.setState({ error: null })} />;
  }
}
