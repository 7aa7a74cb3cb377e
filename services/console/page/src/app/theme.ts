// Light or dark: the system's setting until somebody chooses.
import { useEffect, useState, useSyncExternalStore } from 'react';

export type Mode = 'light' | 'dark';
const KEY = 'groundwork.theme';
const dark = window.matchMedia('(prefers-color-scheme: dark)');

function stored(): Mode | null {
  try {
    const found = localStorage.getItem(KEY);
    return found === 'light' || found === 'dark' ? found : null;
  } catch {
    // The browser may forbid storage; the choice then lasts as long as the page.
    return null;
  }
}

const listeners = new Set<() => void>();
let chosen = stored();

function mode(): Mode {
  return chosen ?? (dark.matches ? 'dark' : 'light');
}

export function applyTheme(shown = mode()): void {
  document.documentElement.dataset.theme = shown;
}

export function choose(next: Mode): void {
  chosen = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // As in `stored`.
  }
  applyTheme();
  for (const it of listeners) it();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  dark.addEventListener('change', listener);
  return () => {
    listeners.delete(listener);
    dark.removeEventListener('change', listener);
  };
}

export function useMode(): Mode {
  const found = useSyncExternalStore(subscribe, mode);
  useEffect(() => applyTheme(found), [found]);
  return found;
}

/** The current time, renewed every `period` milliseconds, for ages such as `12 s`. */
export function useNow(period = 5000): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(new Date()), period);
    return () => window.clearInterval(timer);
  }, [period]);
  return now;
}
