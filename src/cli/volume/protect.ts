import type { App } from '../app.ts';
import { defineCommand } from '../command.ts';
import { forEachName } from '../each.ts';
import { ownVolume } from './own-path.ts';

export const protect = defineCommand({
  usage: 'VOLUME [VOLUME...]',
  details:
    'Nobody can remove a protected volume: not this command line, not docker or Compose, not a prune. It is the label\nholdfast.protect=true, which can also be given when the volume is created, in a Compose file for one.',
  flags: {},
  args: { min: 1 },
  completes: ['volume'],
  run: ({ app, args }) => eachVolume(app, args, 'protect'),
});

export const unprotect = defineCommand({
  usage: 'VOLUME [VOLUME...]',
  flags: {},
  args: { min: 1 },
  completes: ['volume'],
  run: ({ app, args }) => eachVolume(app, args, 'unprotect'),
});

function eachVolume(app: App, names: readonly string[], operation: string): Promise<number> {
  return forEachName(app, names, async (name) => {
    await app.client().json({ method: 'POST', path: ownVolume(name, operation) });
    return name;
  });
}
