import type { Group } from '../command-entry.ts';
import { trash } from './trash/commands.ts';

export const volume: Group = {
  about: 'Manage volumes',
  commands: {
    create: { about: 'Create a volume', load: () => import('./create.ts').then((m) => m.create) },
    export: {
      about: 'Export a volume as a tar archive (streamed to STDOUT by default)',
      load: () => import('./export.ts').then((m) => m.exportVolume),
    },
    import: {
      about: 'Make a volume of a tar archive from a file or STDIN',
      load: () => import('./import.ts').then((m) => m.importVolume),
    },
    inspect: {
      about: 'Display detailed information on one or more volumes',
      load: () => import('./inspect.ts').then((m) => m.inspect),
    },
    ls: { about: 'List volumes', aliases: ['list'], load: () => import('./ls.ts').then((m) => m.ls) },
    protect: {
      about: 'Let nobody remove one or more volumes',
      load: () => import('./protect.ts').then((m) => m.protect),
    },
    prune: { about: 'Remove unused local volumes', load: () => import('./prune.ts').then((m) => m.prune) },
    rm: {
      about: 'Remove one or more volumes',
      aliases: ['remove'],
      load: () => import('./rm.ts').then((m) => m.rm),
    },
    top: {
      about: 'Show sizes of volumes in use, and who writes to them, live',
      load: () => import('./top.ts').then((m) => m.top),
    },
    unprotect: {
      about: 'Let one or more volumes be removed again',
      load: () => import('./protect.ts').then((m) => m.unprotect),
    },
    update: { about: 'Change the labels of a volume', load: () => import('./update.ts').then((m) => m.update) },
  },
  groups: { trash },
};
