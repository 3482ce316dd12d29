import type { Group } from '../../command-entry.ts';

export const trash: Group = {
  about: 'Manage removed volumes',
  commands: {
    empty: { about: 'Delete removed volumes for good', load: () => import('./empty.ts').then((m) => m.empty) },
    ls: { about: 'List removed volumes', aliases: ['list'], load: () => import('./ls.ts').then((m) => m.ls) },
    restore: {
      about: 'Bring one or more removed volumes back',
      load: () => import('./restore.ts').then((m) => m.restore),
    },
    rm: {
      about: 'Delete one or more removed volumes for good',
      aliases: ['remove'],
      load: () => import('./rm.ts').then((m) => m.rm),
    },
  },
};
