// Numbers, sizes and times for people.

const KIB = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
const NONE = '–';

export function bytes(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  let [size, unit] = [value, 0];
  while (Math.abs(size) >= 1024 && unit < KIB.length - 1) [size, unit] = [size / 1024, unit + 1];
  return `${trim(size, unit === 0 ? 0 : 1)} ${KIB[unit]}`;
}

export function number(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return NONE;
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞';
  if (Number.isInteger(value)) return value.toLocaleString('en');
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString('en');
  return size < 0.001 ? value.toExponential(1) : String(Number(value.toPrecision(3)));
}

/** A duration in its two largest units. */
export function took(milliseconds: number | null | undefined): string {
  if (milliseconds === null || milliseconds === undefined || !Number.isFinite(milliseconds)) return NONE;
  if (milliseconds < 1) return `${Math.round(milliseconds * 1000)} µs`;
  if (milliseconds < 1000) return `${trim(milliseconds, milliseconds < 100 ? 1 : 0)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${trim(seconds, seconds < 10 ? 2 : 1)} s`;
  const second: [number, string] = [1, 's'];
  const units: [number, string][] = [[86_400, 'd'], [3600, 'h'], [60, 'min'], second];
  const [[size, name] = second, next] = units.slice(units.findIndex(([it]) => seconds >= it));
  const whole = Math.floor(seconds / size);
  const rest = next ? Math.floor((seconds - whole * size) / next[0]) : 0;
  return rest > 0 && next ? `${whole} ${name} ${rest} ${next[1]}` : `${whole} ${name}`;
}

/** How long ago: `12 s`, `3 h 5 min`. */
export function since(time: string | Date | null | undefined, now: Date): string {
  if (!time) return NONE;
  const passed = now.getTime() - new Date(time).getTime();
  if (Number.isNaN(passed)) return NONE;
  return passed < 1000 ? 'now' : took(Math.floor(passed / 1000) * 1000);
}

/** `14:03:07.123`, with the date unless it is today. */
export function clock(time: string | Date, now: Date, milliseconds = true): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return String(time);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const hour = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  const exact = milliseconds ? `${hour}.${String(at.getMilliseconds()).padStart(3, '0')}` : hour;
  return at.toDateString() === now.toDateString() ? exact : `${day} ${exact}`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

function trim(value: number, digits: number): string {
  return value.toFixed(digits).replace(/\.0+$/, '');
}
