import { type ReactNode, useEffect } from 'react';
import { TimeControls } from './TimeControls';

/** A page's heading, what belongs beside it, and its content. */
export function Page({
  title,
  tabs,
  time = false,
  children,
}: {
  title: string;
  tabs?: ReactNode;
  time?: boolean;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Groundwork`;
  }, [title]);
  return (
    <>
      <div className="heading">
        <h1>{title}</h1>
        {tabs}
        {time && <TimeControls />}
      </div>
      {children}
    </>
  );
}
