import type { Group } from '../command-entry.ts';

const repo: Group = {
  about: 'Manage the repositories that backups go to',
  commands: {
    add: { about: 'Add a repository', load: () => import('./repo-add.ts').then((m) => m.repoAdd) },
    ls: { about: 'List repositories', aliases: ['list'], load: () => import('./repo-ls.ts').then((m) => m.repoLs) },
    rm: {
      about: 'Take a repository off the list; what is in it stays',
      aliases: ['remove'],
      load: () => import('./repo-rm.ts').then((m) => m.repoRm),
    },
  },
};

export const backup: Group = {
  about: 'Manage backups of volumes',
  commands: {
    ls: { about: 'List backups', aliases: ['list'], load: () => import('./ls.ts').then((m) => m.ls) },
    restore: { about: 'Make a volume of a backup', load: () => import('./restore.ts').then((m) => m.restore) },
    run: { about: 'Back up volumes', load: () => import('./run.ts').then((m) => m.run) },
    verify: { about: 'Check a repository', load: () => import('./verify.ts').then((m) => m.verify) },
  },
  groups: { repo },
};
