import { ApiClient } from '../client/index.ts';
import { RELEASE } from '../wire/index.ts';
import type { App } from './app.ts';
import { type ConfigFile, configFolder, readConfig } from './config-file.ts';
import { chooseHost } from './host.ts';

/** Completes the user's streams and options into what commands work with. The client and the file come when asked for. */
export function createApp(parts: Omit<App, 'client' | 'config'>): App {
  let client: ApiClient | undefined;
  let config: ConfigFile | undefined;
  const app: App = {
    ...parts,
    client: () => {
      client ??= connect(app);
      return client;
    },
    config: () => {
      config ??= readConfig(configFolder(parts.global.config, parts.env));
      return config;
    },
  };
  return app;
}

function connect(app: App): ApiClient {
  const { endpoint, mayStart } = chooseHost(app.global, app.env);
  return new ApiClient({
    endpoint,
    userAgent: `Holdfast-Client/${RELEASE} (linux)`,
    version: app.env.DOCKER_API_VERSION || undefined,
    headers: app.config().HttpHeaders ?? {},
    onNotListening: async () => {
      if (!mayStart || endpoint.kind !== 'unix') return false;
      const { startDaemon } = await import('./start-daemon.ts');
      return startDaemon(app, endpoint.path);
    },
  });
}
