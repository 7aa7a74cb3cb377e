import type { ReactNode } from 'react';

interface Area {
  /** Its name for screen readers. */
  label: string;
  /** `tall` has a maximum height, `full` fills its parent. */
  size?: 'tall' | 'full';
  children: ReactNode;
}

/** A part that scrolls on its own, with the keyboard too. */
export function Scroll({ label, size, children }: Area) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset groups the controls of a form
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls what has the focus
    <div className={size ? `scroll ${size}` : 'scroll'} tabIndex={0} role="group" aria-label={label}>
      {children}
    </div>
  );
}
