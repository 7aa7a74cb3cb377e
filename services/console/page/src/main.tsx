import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createBrowserRouter, Navigate, RouterProvider } from 'react-router-dom';
import { Layout } from './app/Layout';
import { RangeProvider } from './app/range';
import { applyTheme } from './app/theme';
import { worthAnother } from './lib/api';
import { Overview } from './pages/Overview';
import { Page } from './ui/Page';
import { Fault } from './ui/states';
import './styles/base.css';
import './styles/parts.css';
import './styles/pages.css';
import './styles/explore.css';
import './styles/traces.css';

// The overview is part of the first script; every other page loads when it is opened.
const Dashboards = lazy(() => import('./pages/Dashboards'));
const Metrics = lazy(() => import('./pages/Metrics'));
const Logs = lazy(() => import('./pages/Logs'));
const Traces = lazy(() => import('./pages/Traces'));
const TraceView = lazy(() => import('./pages/TraceView'));
const Events = lazy(() => import('./pages/Events'));
const Topic = lazy(() => import('./pages/Topic'));
const Alerts = lazy(() => import('./pages/Alerts'));
const AlertView = lazy(() => import('./pages/AlertView'));

const router = createBrowserRouter([
  {
    element: (
      <RangeProvider>
        <Layout />
      </RangeProvider>
    ),
    errorElement: <Fault error="The page failed. Reload it." />,
    children: [
      { path: '/', element: <Overview /> },
      { path: '/dashboards', element: <Dashboards /> },
      { path: '/dashboards/:name', element: <Dashboards /> },
      { path: '/explore', element: <Navigate to="/explore/logs" replace /> },
      { path: '/explore/metrics', element: <Metrics /> },
      { path: '/explore/logs', element: <Logs /> },
      { path: '/explore/traces', element: <Traces /> },
      { path: '/explore/traces/:traceId', element: <TraceView /> },
      { path: '/events', element: <Events /> },
      { path: '/events/:topic', element: <Topic /> },
      { path: '/alerts', element: <Alerts /> },
      { path: '/alerts/:name', element: <AlertView /> },
      { path: '*', element: <Missing /> },
    ],
  },
]);

function Missing() {
  return (
    <Page title="Not found">
      <Fault error="There is no page at this address." />
    </Page>
  );
}

const client = new QueryClient({
  // Errors are shown in the page's panels.
  logger: { log: console.log, warn: console.warn, error: () => undefined },
  defaultOptions: {
    // The server is on the same machine: an error is shown at once, and the next refresh asks again.
    queries: {
      retry: worthAnother,
      retryDelay: 200,
      refetchOnWindowFocus: false,
      keepPreviousData: true,
      staleTime: 1000,
      cacheTime: 60_000,
      networkMode: 'always',
    },
  },
});

applyTheme();
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <RouterProvider router={router} future={{ v7_startTransition: false }} />
    </QueryClientProvider>
  </StrictMode>,
);
