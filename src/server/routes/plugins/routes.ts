import { notFound, notImplemented } from '../../../errors/index.ts';
import type { Call, Route } from '../../call.ts';

/** /plugins: there are no managed plugins. */
export function pluginRoutes(): Route[] {
  const unavailable = (): never => {
    throw notImplemented('managed plugins are not available in this version of holdfast');
  };
  return [
    { method: 'GET', path: '/plugins', handle: (call) => call.json(200, []) },
    { method: 'GET', path: '/plugins/privileges', handle: unavailable },
    { method: 'POST', path: '/plugins/pull', handle: unavailable },
    { method: 'POST', path: '/plugins/create', handle: unavailable },
    { method: 'GET', path: '/plugins/:name/json', handle: missing },
    { method: 'DELETE', path: '/plugins/:name', handle: missing },
    ...['enable', 'disable', 'upgrade', 'push', 'set'].map(
      (operation): Route => ({ method: 'POST', path: `/plugins/:name/${operation}`, handle: missing }),
    ),
  ];
}

function missing(call: Call): never {
  throw notFound(`plugin "${call.name}" not found`);
}
