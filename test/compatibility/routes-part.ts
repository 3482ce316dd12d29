import { allRoutes } from '../../src/server/routes/index.ts';
import { fetchAnswer } from '../../src/server/testsuite/http-client.ts';
import { type ServedEngine, serveMemoryEngine } from '../../src/server/testsuite/served-engine.ts';
import { readList } from './read-list.ts';

/** What the server says to every route of the Engine API, asked of the real server over a socket. */
export async function routesPart(): Promise<string> {
  const served = await serveMemoryEngine();
  try {
    const routes = readList('engine-routes.txt');
    const rows: string[] = [];
    for (const route of routes) rows.push(`| \`${route}\` | ${await verdict(served, route)} |`);
    // Holdfast's own are described by its OpenAPI document.
    const more = allRoutes(served.engine)
      .filter(({ path }) => !path.startsWith('/holdfast/'))
      .map(({ method, path }) => `${method} ${path}`)
      .filter((route) => !routes.map(inGeneral).includes(inGeneral(route)));
    const beyond = more.map((route) => `\`${route.replace(/:(\w+)/g, '{$1}')}\``).join(', ');
    return ['| route | answer |', '| --- | --- |', ...rows, '', `Beyond the reference: ${beyond || 'none'}.`].join(
      '\n',
    );
  } finally {
    await served.close();
  }
}

/** A route with whatever its parameter is called left out. */
const inGeneral = (route: string): string => route.replace(/:\w+|\{\w+\}/g, '*');

async function verdict({ path }: ServedEngine, route: string): Promise<string> {
  const [method = '', template = ''] = route.split(' ');
  // With an end in the past, a stream of events is over at once.
  const query = template === '/events' ? '?until=1' : '';
  const url = template.replace(/\{\w+\}/, 'nosuch') + query;
  const { status, json } = await fetchAnswer(path, url, { method });
  if (status === 501) return 'not implemented (501)';
  if (status === 503) return 'no swarm (503)';
  return status === 404 && json?.message === 'page not found' ? 'no such route (404)' : 'yes';
}
