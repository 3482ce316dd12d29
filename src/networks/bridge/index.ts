export { mtuOf } from './bridge.ts';
export { Bridges } from './bridges.ts';
export { removeStrayLinks } from './links.ts';
export { makeNamespace, plugIn, removeNamespace, routeBy, unplug, type Wire } from './namespace.ts';
