import type { DashboardResource } from '@perses-dev/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { Navigate, NavLink, useParams } from 'react-router-dom';
import { useLink } from '../app/address';
import { getJson } from '../lib/api';
import { dashboards } from '../lib/stack';
import { Boundary } from '../ui/Boundary';
import { Page } from '../ui/Page';
import { Answered } from '../ui/Panel';
import { Loading } from '../ui/states';

// Loads while the dashboard's file is on its way.
const loading = import('../perses/Dashboard');
const Dashboard = lazy(() => loading);
/** In milliseconds: a changed file shows within this time. */
const RELOAD = 10_000;

export default function Dashboards() {
  const { name } = useParams();
  const link = useLink();
  const all = useQuery(['dashboards'], ({ signal }) => dashboards(signal), { refetchInterval: RELOAD });
  const tabs = (
    <nav className="tabs" aria-label="Dashboards">
      {all.data?.dashboards.map((it) => (
        <NavLink key={it.name} to={link(`/dashboards/${it.name}`)}>
          {it.title}
        </NavLink>
      ))}
    </nav>
  );
  return (
    <Page title="Dashboards" tabs={tabs} time>
      {name === undefined ? (
        <Answered
          query={all}
          isEmpty={(it) => it.dashboards.length === 0}
          empty="No component has a watch/dashboard.json."
        >
          {(it) => <Navigate to={link(`/dashboards/${it.dashboards[0]?.name}`)} replace />}
        </Answered>
      ) : (
        <Shown key={name} name={name} />
      )}
    </Page>
  );
}

function Shown({ name }: { name: string }) {
  const path = `/api/dashboards/${encodeURIComponent(name)}`;
  const found = useQuery(['dashboard', name], ({ signal }) => getJson<DashboardResource>(path, {}, signal), {
    refetchInterval: RELOAD,
  });
  return (
    <Answered query={found}>
      {(it) => (
        <Boundary at={JSON.stringify(it)}>
          <Suspense fallback={<Loading what="Loading the charts" />}>
            <Dashboard dashboard={it} />
          </Suspense>
        </Boundary>
      )}
    </Answered>
  );
}
