import { backup } from './backup/commands.ts';
import { commandsUnder, type Entry, type Group } from './command-entry.ts';
import { pool } from './pool/commands.ts';
import { volume } from './volume/commands.ts';

const container: Group = {
  about: 'Manage containers',
  commands: {
    attach: {
      about: 'Attach local standard input, output, and error streams to a running container',
      load: () => import('./container/attach.ts').then((m) => m.attach),
    },
    commit: {
      about: "Create a new image from a container's changes",
      load: () => import('./container/commit.ts').then((m) => m.commit),
    },
    cp: {
      about: 'Copy files/folders between a container and the local filesystem',
      load: () => import('./copy/cp.ts').then((m) => m.cp),
    },
    create: { about: 'Create a new container', load: () => import('./run/create.ts').then((m) => m.create) },
    diff: {
      about: "Inspect changes to files or directories on a container's filesystem",
      load: () => import('./container/diff.ts').then((m) => m.diff),
    },
    exec: {
      about: 'Execute a command in a running container',
      load: () => import('./container/exec.ts').then((m) => m.exec),
    },
    export: {
      about: "Export a container's filesystem as a tar archive",
      load: () => import('./container/export.ts').then((m) => m.exportContainer),
    },
    inspect: {
      about: 'Display detailed information on one or more containers',
      load: () => import('./container/inspect.ts').then((m) => m.inspect),
    },
    kill: {
      about: 'Kill one or more running containers',
      load: () => import('./container/kill.ts').then((m) => m.kill),
    },
    logs: { about: 'Fetch the logs of a container', load: () => import('./container/logs.ts').then((m) => m.logs) },
    ls: {
      about: 'List containers',
      aliases: ['list', 'ps'],
      load: () => import('./container/ls.ts').then((m) => m.ls),
    },
    pause: {
      about: 'Pause all processes within one or more containers',
      load: () => import('./container/pause.ts').then((m) => m.pause),
    },
    port: {
      about: 'List port mappings or a specific mapping for the container',
      load: () => import('./container/port.ts').then((m) => m.port),
    },
    prune: { about: 'Remove all stopped containers', load: () => import('./container/prune.ts').then((m) => m.prune) },
    rename: { about: 'Rename a container', load: () => import('./container/rename.ts').then((m) => m.rename) },
    restart: {
      about: 'Restart one or more containers',
      load: () => import('./container/stop.ts').then((m) => m.restart),
    },
    rm: {
      about: 'Remove one or more containers',
      aliases: ['remove'],
      load: () => import('./container/rm.ts').then((m) => m.rm),
    },
    run: {
      about: 'Create and run a new container from an image',
      load: () => import('./run/run.ts').then((m) => m.run),
    },
    start: {
      about: 'Start one or more stopped containers',
      load: () => import('./container/start.ts').then((m) => m.start),
    },
    stats: {
      about: 'Display a live stream of container(s) resource usage statistics',
      load: () => import('./container/stats.ts').then((m) => m.stats),
    },
    stop: {
      about: 'Stop one or more running containers',
      load: () => import('./container/stop.ts').then((m) => m.stop),
    },
    top: {
      about: 'Display the running processes of a container',
      load: () => import('./container/top.ts').then((m) => m.top),
    },
    unpause: {
      about: 'Unpause all processes within one or more containers',
      load: () => import('./container/pause.ts').then((m) => m.unpause),
    },
    update: {
      about: 'Update configuration of one or more containers',
      load: () => import('./container/update.ts').then((m) => m.update),
    },
    wait: {
      about: 'Block until one or more containers stop, then print their exit codes',
      load: () => import('./container/wait.ts').then((m) => m.wait),
    },
  },
};

const image: Group = {
  about: 'Manage images',
  commands: {
    build: { about: 'Build an image from a Dockerfile', load: () => import('./build/build.ts').then((m) => m.build) },
    history: { about: 'Show the history of an image', load: () => import('./image/history.ts').then((m) => m.history) },
    import: {
      about: 'Import the contents from a tarball to create a filesystem image',
      load: () => import('./image/import.ts').then((m) => m.importImage),
    },
    inspect: {
      about: 'Display detailed information on one or more images',
      load: () => import('./image/inspect.ts').then((m) => m.inspect),
    },
    load: {
      about: 'Load an image from a tar archive or STDIN',
      load: () => import('./image/load.ts').then((m) => m.load),
    },
    ls: { about: 'List images', aliases: ['list'], load: () => import('./image/ls.ts').then((m) => m.ls) },
    prune: { about: 'Remove unused images', load: () => import('./image/prune.ts').then((m) => m.prune) },
    pull: { about: 'Download an image from a registry', load: () => import('./image/pull.ts').then((m) => m.pull) },
    push: { about: 'Upload an image to a registry', load: () => import('./image/push.ts').then((m) => m.push) },
    rm: {
      about: 'Remove one or more images',
      aliases: ['remove'],
      load: () => import('./image/rm.ts').then((m) => m.rm),
    },
    save: {
      about: 'Save one or more images to a tar archive (streamed to STDOUT by default)',
      load: () => import('./image/save.ts').then((m) => m.save),
    },
    tag: {
      about: 'Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE',
      load: () => import('./image/tag.ts').then((m) => m.tag),
    },
  },
};

const network: Group = {
  about: 'Manage networks',
  commands: {
    connect: {
      about: 'Connect a container to a network',
      load: () => import('./network/connect.ts').then((m) => m.connect),
    },
    create: { about: 'Create a network', load: () => import('./network/create.ts').then((m) => m.create) },
    disconnect: {
      about: 'Disconnect a container from a network',
      load: () => import('./network/disconnect.ts').then((m) => m.disconnect),
    },
    inspect: {
      about: 'Display detailed information on one or more networks',
      load: () => import('./network/inspect.ts').then((m) => m.inspect),
    },
    ls: { about: 'List networks', aliases: ['list'], load: () => import('./network/ls.ts').then((m) => m.ls) },
    prune: { about: 'Remove all unused networks', load: () => import('./network/prune.ts').then((m) => m.prune) },
    rm: {
      about: 'Remove one or more networks',
      aliases: ['remove'],
      load: () => import('./network/rm.ts').then((m) => m.rm),
    },
  },
};

const system: Group = {
  about: 'Manage the engine',
  commands: {
    df: { about: 'Show disk usage', load: () => import('./system/df.ts').then((m) => m.df) },
    events: {
      about: 'Get real time events from the server',
      load: () => import('./system/events.ts').then((m) => m.events),
    },
    info: { about: 'Display system-wide information', load: () => import('./system/info.ts').then((m) => m.info) },
    prune: { about: 'Remove unused data', load: () => import('./system/prune.ts').then((m) => m.prune) },
  },
};

const builder: Group = {
  about: 'Manage builds',
  commands: {
    build: image.commands.build as Entry,
    prune: { about: 'Remove build cache', load: () => import('./system/builder-prune.ts').then((m) => m.prune) },
  },
};

/** Commands under a noun, by the noun. */
export const GROUPS: Record<string, Group> = {
  backup,
  builder,
  container,
  image,
  network,
  pool,
  system,
  volume,
};

const top = (group: Group, name: string): Entry => {
  const { aliases: _, ...entry } = group.commands[name] as Entry;
  return entry;
};

/** Commands without a noun, by name. Most stand for one under a noun. */
export const COMMANDS: Record<string, Entry> = {
  ...Object.fromEntries(
    Object.keys(container.commands)
      .filter((name) => name !== 'prune' && name !== 'ls' && name !== 'inspect')
      .map((name) => [name, top(container, name)]),
  ),
  ...Object.fromEntries(
    ['build', 'history', 'import', 'load', 'pull', 'push', 'save', 'tag'].map((name) => [name, top(image, name)]),
  ),
  ps: top(container, 'ls'),
  images: top(image, 'ls'),
  rmi: top(image, 'rm'),
  events: top(system, 'events'),
  info: top(system, 'info'),
  inspect: {
    about: 'Return low-level information on Docker objects',
    load: () => import('./system/inspect.ts').then((m) => m.inspect),
  },
  adopt: {
    about: 'Take over the volumes of a stopped Docker, or give them back',
    load: () => import('./volume/adopt.ts').then((m) => m.adopt),
  },
  version: { about: 'Show the version information', load: () => import('./system/version.ts').then((m) => m.version) },
  login: { about: 'Authenticate to a registry', load: () => import('./registry/login.ts').then((m) => m.login) },
  logout: { about: 'Log out from a registry', load: () => import('./registry/logout.ts').then((m) => m.logout) },
  search: { about: 'Search a registry for images', load: () => import('./registry/search.ts').then((m) => m.search) },
  completion: {
    about: 'Print a completion script for bash, zsh or fish',
    load: () => import('./completion/completion.ts').then((m) => m.completion),
  },
  __complete: {
    about: 'Offer completions',
    hidden: true,
    load: () => import('./completion/complete.ts').then((m) => m.complete),
  },
};

/** Every way to call a command, for the "Aliases" of its help: under its noun first, then alone. */
export function callsOf(load: Entry['load']): string[] {
  const underNoun = commandsUnder(GROUPS).flatMap(({ words, entry }) => (entry.load === load ? [words] : []));
  return [...underNoun, ...Object.keys(COMMANDS).filter((name) => COMMANDS[name]?.load === load)];
}
