// What a panel shows while it has no data: loading, empty or failed.
import type { ReactNode } from 'react';
import { asFailure } from '../lib/api';

export function Loading({ what = 'Loading' }: { what?: string }) {
  return (
    <div className="state loading" role="status">
      <span className="spinner" aria-hidden="true" />
      {what} …
    </div>
  );
}

export function Empty({ children }: { children: ReactNode }) {
  return (
    <div className="state empty" role="status">
      {children}
    </div>
  );
}

export function Fault({ error, retry }: { error: unknown; retry?: () => void }) {
  const { message, hint } = asFailure(error);
  return (
    <div className="state fault" role="alert">
      <p>
        <b aria-hidden="true">!</b> {message}
      </p>
      {hint && <p className="hint">{hint}</p>}
      {retry && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}
