import { HoldfastError } from '../errors/index.ts';
import { type App, warn } from './app.ts';
import { named } from './object-path.ts';
import { ownVolume } from './volume/own-path.ts';

/**
 * Says on stderr, below what an inspect has shown, what the engine finds wrong with it: the JSON stays Docker's. An engine
 * that has no such answers (Docker's), and objects that are not there, have nothing to say.
 */
export async function tellWarnings(app: App, kind: 'container' | 'volume', names: readonly string[]): Promise<void> {
  const answers = await Promise.all(names.map((name) => warningsOf(app, kind, name)));
  for (const warning of answers.flat()) warn(app, `WARNING: ${warning}`);
}

async function warningsOf(app: App, kind: 'container' | 'volume', name: string): Promise<string[]> {
  try {
    const path = kind === 'volume' ? ownVolume(name) : `/holdfast/v1${named(kind, name)}/warnings`;
    return (await app.client().json<{ warnings?: string[] }>({ method: 'GET', path })).warnings ?? [];
  } catch (error) {
    if (error instanceof HoldfastError) return [];
    throw error;
  }
}
