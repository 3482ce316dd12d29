import type { Group } from '../command-entry.ts';

export const pool: Group = {
  about: 'Manage pools: the places that volumes are kept in',
  commands: {
    create: { about: 'Make a pool', load: () => import('./create.ts').then((m) => m.create) },
    default: {
      about: 'Have volumes made in a pool that name none',
      load: () => import('./default.ts').then((m) => m.setDefault),
    },
    inspect: {
      about: 'Display detailed information on one or more pools',
      load: () => import('./inspect.ts').then((m) => m.inspect),
    },
    ls: { about: 'List pools', aliases: ['list'], load: () => import('./ls.ts').then((m) => m.ls) },
    rm: {
      about: 'Remove one or more pools that hold nothing',
      aliases: ['remove'],
      load: () => import('./rm.ts').then((m) => m.rm),
    },
  },
};
