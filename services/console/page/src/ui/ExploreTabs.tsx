import { NavLink } from 'react-router-dom';
import { useLink } from '../app/address';

/** The three things to explore; each keeps the time range. */
export function ExploreTabs() {
  const link = useLink();
  return (
    <nav className="tabs" aria-label="Explore">
      {['metrics', 'logs', 'traces'].map((it) => (
        <NavLink key={it} to={link(`/explore/${it}`)}>
          {it.charAt(0).toUpperCase() + it.slice(1)}
        </NavLink>
      ))}
    </nav>
  );
}
