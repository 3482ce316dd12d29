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
    drill: {
      about: 'Prove that a backup restores, by starting its container on it',
      load: () => import('./drill.ts').then((m) => m.drill),
    },
    ls: { about: 'List backups', aliases: ['list'], load: () => import('./ls.ts').then((m) => m.ls) },
    prune: { about: 'Remove backups that are not to be kept', load: () => import('./prune.ts').then((m) => m.prune) },
    restore: { about: 'Bring a volume back from a backup', load: () => import('./restore.ts').then((m) => m.restore) },
    run: { about: 'Back up volumes', load: () => import('./run.ts').then((m) => m.run) },
    status: {
      about: 'Show when volumes were backed up, and what went wrong',
      load: () => import('./status.ts').then((m) => m.status),
    },
    verify: { about: 'Check a repository', load: () => import('./verify.ts').then((m) => m.verify) },
  },
  groups: { repo },
};
