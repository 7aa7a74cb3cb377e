import { useQuery } from '@tanstack/react-query';
import { Suspense } from 'react';
import { Link, Outlet, useLocation } from 'react-router-dom';
import { firing } from '../lib/alerts';
import { rules } from '../lib/prometheus';
import { Boundary } from '../ui/Boundary';
import { Loading } from '../ui/states';
import { useLink } from './address';
import { choose, useMode } from './theme';

const PAGES: [path: string, name: string, opens?: string][] = [
  ['/', 'Overview'],
  ['/dashboards', 'Dashboards'],
  ['/explore', 'Explore', '/explore/logs'],
  ['/events', 'Events'],
  ['/alerts', 'Alerts'],
];

export function Layout() {
  const link = useLink();
  const { pathname } = useLocation();
  const mode = useMode();
  const other = mode === 'dark' ? 'light' : 'dark';
  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <header className="top">
        <span className="brand">
          <img src="/icon.svg" alt="" width="18" height="18" /> Groundwork
        </span>
        <nav aria-label="Pages">
          {PAGES.map(([path, name, opens]) => (
            <Link
              key={path}
              to={link(opens ?? path)}
              aria-current={(path === '/' ? pathname === path : pathname.startsWith(path)) ? 'page' : undefined}
            >
              {name}
              {name === 'Alerts' && <Firing />}
            </Link>
          ))}
        </nav>
        <button
          type="button"
          className="theme"
          onClick={() => choose(other)}
          aria-label={`Switch to ${other} colours`}
          title={`Switch to ${other} colours`}
        >
          <span aria-hidden="true">{mode === 'dark' ? '☀' : '☾'}</span>
        </button>
      </header>
      <main id="main" tabIndex={-1}>
        <Boundary at={pathname}>
          <Suspense fallback={<Loading />}>
            <Outlet />
          </Suspense>
        </Boundary>
      </main>
    </>
  );
}

/** The number of firing alerts; nothing at zero. */
function Firing() {
  const { data } = useQuery(['rules'], ({ signal }) => rules(signal), { refetchInterval: 15_000 });
  const count = data ? firing(data).length : 0;
  return count > 0 ? (
    <span className="badge">
      {count}
      <span className="sr"> firing</span>
    </span>
  ) : null;
}
