// Perses loads plugins at run time by module federation. This page has all its plugins built in, so this stub replaces the
// loader: the page fetches no code from elsewhere.
function absent() {
  throw new Error('module federation is no part of this page: plugins are built in');
}
export const createInstance = absent;
export const init = absent;
export const loadRemote = absent;
export const registerRemotes = absent;
