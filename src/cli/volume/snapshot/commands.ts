import type { Group } from '../../command-entry.ts';

export const snapshot: Group = {
  about: 'Manage snapshots of volumes',
  commands: {
    create: {
      about: 'Make a snapshot of one or more volumes, of the same moment',
      load: () => import('./create.ts').then((m) => m.create),
    },
    diff: { about: 'Show what has changed since a snapshot', load: () => import('./diff.ts').then((m) => m.diff) },
    ls: { about: 'List snapshots of a volume', aliases: ['list'], load: () => import('./ls.ts').then((m) => m.ls) },
    rm: {
      about: 'Remove one or more snapshots of a volume',
      aliases: ['remove'],
      load: () => import('./rm.ts').then((m) => m.rm),
    },
    schedule: {
      about: 'Make snapshots of a volume by themselves',
      load: () => import('./schedule.ts').then((m) => m.schedule),
    },
  },
};
