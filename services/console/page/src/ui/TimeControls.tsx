import { useIsFetching } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { useRange } from '../app/range';
import { clock } from '../lib/format';
import { localInput, RANGES, REFRESHES } from '../lib/time';

/** The time range of the page and its refresh interval. */
export function TimeControls() {
  const { range, span, interval, setRange, setInterval, refresh } = useRange();
  const [open, setOpen] = useState(false);
  /** The browser refuses an end before this start. */
  const [from, setFrom] = useState('');
  const id = useId();
  const busy = useIsFetching() > 0;
  const past = 'past' in range ? range.past : 'custom';
  const now = new Date();

  const choose = (value: string) => {
    if (value === 'custom') setOpen(true);
    else {
      setOpen(false);
      setRange({ past: value });
    }
  };
  const apply = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const found = new FormData(event.currentTarget);
    const [start, end] = [Date.parse(String(found.get('from'))), Date.parse(String(found.get('to')))];
    if (!(start < end)) return;
    setOpen(false);
    setRange({ start, end });
  };

  return (
    <div className="time">
      <label htmlFor={`${id}r`} className="sr">
        Time range
      </label>
      <select id={`${id}r`} value={open ? 'custom' : past} onChange={(event) => choose(event.target.value)}>
        {RANGES.map(([value, label]) => (
          <option key={value} value={value}>
            Last {label}
          </option>
        ))}
        {'past' in range && !RANGES.some(([value]) => value === range.past) && (
          <option value={range.past}>Last {range.past}</option>
        )}
        <option value="custom">
          {'past' in range ? 'From … to …' : `${clock(span.start, now, false)} – ${clock(span.end, now, false)}`}
        </option>
      </select>
      {past === 'custom' && !open && (
        <button type="button" onClick={() => setOpen(true)} aria-label="Change the time range">
          ✎
        </button>
      )}
      <button
        type="button"
        onClick={refresh}
        aria-label="Refresh now"
        title="Refresh now"
        className={busy ? 'busy' : ''}
      >
        <span aria-hidden="true" className="turn">
          ↻
        </span>
      </button>
      <label htmlFor={`${id}i`} className="sr">
        Refresh
      </label>
      <select
        id={`${id}i`}
        value={interval}
        onChange={(event) => setInterval(event.target.value)}
        title="Refresh interval"
      >
        {REFRESHES.map(([value, label]) => (
          <option key={value} value={value}>
            {value === '0s' ? label : `every ${label}`}
          </option>
        ))}
        {!REFRESHES.some(([value]) => value === interval) && <option value={interval}>every {interval}</option>}
      </select>
      {open && (
        <form
          onSubmit={apply}
          onKeyDown={(event) => event.key === 'Escape' && setOpen(false)}
          className="popover"
          aria-label="Time range"
        >
          <label>
            From{' '}
            <input
              type="datetime-local"
              step="1"
              name="from"
              required
              // biome-ignore lint/a11y/noAutofocus: the form opens because somebody asked for it
              autoFocus
              defaultValue={localInput(span.start)}
              onChange={(event) => setFrom(event.target.value)}
            />
          </label>
          <label>
            To{' '}
            <input type="datetime-local" step="1" name="to" required min={from} defaultValue={localInput(span.end)} />
          </label>
          <span className="row">
            <button type="submit" className="primary">
              Show
            </button>
            <button type="button" onClick={() => setOpen(false)}>
              Cancel
            </button>
          </span>
        </form>
      )}
    </div>
  );
}
