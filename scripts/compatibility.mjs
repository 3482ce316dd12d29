/*
 * `npm run compatibility`: writes the generated parts of docs/compatibility.md anew, from the titles of the tests, the
 * server's routes and the commands. With --walk, the list of the stock client's commands is made anew first, from the
 * help of the `docker` on the PATH.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('..', import.meta.url);

if (process.argv.includes('--walk')) {
  const path = new URL('test/compatibility/docker-commands.txt', root);
  const [comment] = readFileSync(path, 'utf8').split('\n');
  writeFileSync(path, `${[comment, ...walk([]).sort()].join('\n')}\n`);
}
const vitest = fileURLToPath(new URL('node_modules/vitest/vitest.mjs', root));
const test = 'test/architecture/compatibility.test.ts';
const run = spawnSync(process.execPath, [vitest, 'run', '--project', 'unit', test, '--update'], {
  cwd: fileURLToPath(root),
  stdio: 'inherit',
});
process.exitCode = run.status ?? 1;

/** Every command beneath `words`, with its flags. */
function walk(words) {
  const { stdout } = spawnSync('docker', [...words, '--help'], {
    encoding: 'utf8',
    env: { ...process.env, DOCKER_CONFIG: '/nonexistent' },
  });
  const commands = entries(stdout, /Commands:$/, /^ {2}([a-z][a-z-]*)\*? +\S/).filter((name) => name !== 'help');
  if (commands.length > 0 && words.length < 2) return commands.flatMap((command) => walk([...words, command]));
  const flags = entries(stdout, /Options:$/, /^ {2,6}(?:-\w, )? *--([a-z][a-z0-9-]*)/).sort();
  return [`${words.join(' ')}: ${flags.filter((flag) => flag !== 'help').join(' ')}`.trimEnd()];
}

/** The first group of `line` in each line of the sections whose title matches. */
function entries(help, title, line) {
  let inside = false;
  return help.split('\n').flatMap((text) => {
    if (/^\S.*:$/.test(text)) inside = title.test(text);
    const found = inside ? line.exec(text)?.[1] : undefined;
    return found === undefined ? [] : [found];
  });
}
