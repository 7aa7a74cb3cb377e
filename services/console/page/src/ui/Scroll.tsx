import type { ReactNode } from 'react';

interface Area {
  /** What a screen reader calls it. */
  label: string;
  /** `tall` has a bound of its own, `full` fills what it is in. */
  size?: 'tall' | 'full';
  children: ReactNode;
}

/** A part that scrolls by itself, with the keyboard too. */
export function Scroll({ label, size, children }: Area) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset groups the controls of a form
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls what has the focus
    <div className={size ? `scroll ${size}` : 'scroll'} tabIndex={0} role="group" aria-label={label}>
      {children}
    </div>
  );
}
