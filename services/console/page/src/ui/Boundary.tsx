import { Component, type ReactNode } from 'react';
import { Fault } from './states';

interface Props {
  children: ReactNode;
  /** Another key is another try. */
  at?: string;
}

/** What browsers say of a script that does not come. */
const UNLOADED = /dynamically imported module|module script/i;

/** What fails inside is shown in its place, and the rest of the page stays. */
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
    // A script that could not be loaded is remembered as such: another version may be up, with other names.
    if (UNLOADED.test(String(this.state.error)))
      return <Fault error="A part of the page could not be loaded." retry={() => window.location.reload()} />;
    return <Fault error={this.state.error} retry={() => this.setState({ error: null })} />;
  }
}
