import type { Group } from '../command-entry.ts';
import { snapshot } from './snapshot/commands.ts';
import { trash } from './trash/commands.ts';

export const volume: Group = {
  about: 'Manage volumes',
  commands: {
    clone: {
      about: 'Make a volume with the data of another one, or of a snapshot',
      load: () => import('./clone.ts').then((m) => m.clone),
    },
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
    move: {
      about: 'Move a volume to another pool',
      load: () => import('./move.ts').then((m) => m.move),
    },
    protect: {
      about: 'Let nobody remove one or more volumes',
      load: () => import('./protect.ts').then((m) => m.protect),
    },
    prune: { about: 'Remove unused local volumes', load: () => import('./prune.ts').then((m) => m.prune) },
    rename: { about: 'Rename a volume', load: () => import('./rename.ts').then((m) => m.rename) },
    resize: {
      about: 'Change how much a volume may hold',
      load: () => import('./resize.ts').then((m) => m.resize),
    },
    rm: {
      about: 'Remove one or more volumes',
      aliases: ['remove'],
      load: () => import('./rm.ts').then((m) => m.rm),
    },
    rollback: {
      about: 'Put the data of a volume back to a snapshot',
      load: () => import('./rollback.ts').then((m) => m.rollback),
    },
    send: {
      about: 'Copy a volume to another host that has holdfast, by ssh',
      load: () => import('./send.ts').then((m) => m.send),
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
  groups: { snapshot, trash },
};
