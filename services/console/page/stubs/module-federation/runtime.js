// Perses loads plugins at run time by module federation. This page has all of its plugins built in, so what would fetch code
// from elsewhere is left out whole: nothing here can be reached by accident.
function absent() {
  throw new Error('module federation is no part of this page: plugins are built in');
}
export const createInstance = absent;
export const init = absent;
export const loadRemote = absent;
export const registerRemotes = absent;
