import { Component, type ReactNode } from 'react';
import { Fault } from './states';

interface Props {
  children: ReactNode;
  /** Another key is another try. */
  at?: string;
}

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
    return <Fault error={this.state.error} retry={() => this.setState({ error: null })} />;
  }
}
