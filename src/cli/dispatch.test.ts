import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RELEASE } from '../wire/index.ts';
import { commandsUnder } from './command-entry.ts';
import { COMMANDS, GROUPS } from './command-table.ts';
import { json, TestEngine } from './testing/engine.ts';
import { runCli } from './testing/run-cli.ts';

let engine: TestEngine;
const run = (...words: string[]) => runCli(engine.socket, words);

beforeEach(async () => {
  engine = new TestEngine();
  await engine.start();
});
afterEach(() => engine.stop());

describe('dispatch', () => {
  it('prints its version without asking anybody', async () => {
    expect(await run('--version')).toMatchObject({ code: 0, stdout: `Holdfast version ${RELEASE}\n` });
    expect(RELEASE).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version);
    expect(engine.seen).toEqual([]);
  });

  it('refuses a wrong line with the exit codes of docker', async () => {
    const missing = await run('run');
    expect(missing.code).toBe(1);
    expect(missing.stderr).toBe(
      "holdfast: 'holdfast run' requires at least 1 argument\n\nUsage:  holdfast run [OPTIONS] IMAGE [COMMAND] [ARG...]\n\nSee 'holdfast run --help' for more information\n",
    );
    const unknown = await run('volume', 'ls', '--nope');
    expect(unknown.code).toBe(125);
    expect(unknown.stderr).toContain(
      "unknown flag: --nope\n\nUsage:  holdfast volume ls [OPTIONS]\n\nRun 'holdfast volume ls",
    );
    expect((await run('nope')).stderr).toContain('holdfast: unknown command: holdfast nope');
    expect((await run('volume', 'nope')).code).toBe(1);
    expect((await run('ps', 'x')).stderr).toContain("'holdfast ps' accepts no arguments");
  });

  it('says who does not answer', async () => {
    const result = await runCli('/nonexistent/other.sock', ['ps']);
    expect(result.code).toBe(1);
    expect(result.stderr).toBe(
      'Cannot connect to the Holdfast daemon at unix:///nonexistent/other.sock. Is the holdfast daemon running?\n',
    );
  });

  it("passes the engine's own words on", async () => {
    engine.on('GET /containers/json', json(500, { message: 'out of luck' }));
    expect(await run('ps')).toMatchObject({ code: 1, stderr: 'Error response from daemon: out of luck\n' });
  });

  it('explains every command, and lists its aliases', async () => {
    const words = [
      ...Object.keys(COMMANDS).map((name) => [name]),
      ...commandsUnder(GROUPS).map(({ words: nounAndVerb }) => nounAndVerb.split(' ')),
    ];
    for (const command of words) {
      const { code, stdout } = await run(...command, '--help');
      expect(code).toBe(0);
      expect(stdout).toContain(`Usage:  holdfast ${command.slice(0, -1).join(' ')}`);
      expect(stdout).toMatch(/^Usage: {2}holdfast [a-z_-]+( [a-z-]+)*/);
    }
    expect((await run('ps', '--help')).stdout).toContain(
      'Aliases:\n  holdfast container ls, holdfast container list, holdfast container ps, holdfast ps',
    );
    expect((await run('--help')).stdout).toContain('First steps:');
    expect((await run('help', 'volume', 'rm')).stdout).toContain('Usage:  holdfast volume rm');
  });
});
