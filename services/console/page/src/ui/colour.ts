// A service has the same colour everywhere.
const HUES = [172, 215, 32, 280, 340, 95, 250, 10, 195, 60];

export function colourOf(name: string): string {
  let hash = 0;
  for (const it of name) hash = (hash * 31 + it.charCodeAt(0)) >>> 0;
  return `hsl(${HUES[hash % HUES.length]} 55% 48%)`;
}
