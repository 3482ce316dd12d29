import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Log, silentLog } from '../../host/index.ts';
import { PluginDrivers } from '../drivers/plugin/index.ts';
import { pluginTiming } from '../drivers/plugin/timing.ts';

/** Long enough for an answer on a busy machine, and pauses short enough for a test. */
const testTiming = { ...pluginTiming, firstPause: 20, retryFor: 200, lookFor: 100 };

interface OpenPluginsOptions {
  timing?: Partial<typeof testTiming>;
  log?: Log;
}

/** Plugins as a daemon on the folder `base` finds them in `base/plugins`. */
export function openPlugins(base: string, { timing, log = silentLog }: OpenPluginsOptions = {}): PluginDrivers {
  const plugins = new PluginDrivers({
    folders: [join(base, 'plugins')],
    root: join(base, 'plugin-volumes'),
    runRoot: join(base, 'run'),
    forbidden: [join(base, 'data-root')],
    log,
    timing: { ...testTiming, ...timing },
  });
  onTestFinished(() => plugins.close());
  return plugins;
}
