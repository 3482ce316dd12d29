import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CommandLine } from './command-line.ts';
import type { Result } from './program.ts';

/** Writes a build's context: each file's content by its path. */
export function writeContext(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** Builds from a folder and shows nothing of docker's notice that there is a newer builder. */
export async function build(cli: CommandLine, ...args: string[]): Promise<Result> {
  const result = await cli.run(['build', ...args], { env: { DOCKER_BUILDKIT: '0', FROM_THE_ENVIRONMENT: 'known' } });
  return { ...result, stdout: result.stdout.replace(/^Sending build context.*\n/gm, '') };
}

/** As build, which has to succeed. @returns what it wrote */
export async function built(cli: CommandLine, ...args: string[]): Promise<string> {
  const result = await build(cli, ...args);
  if (result.exitCode !== 0) throw new Error(`${cli.name} build ${args.join(' ')}:\n${result.stdout}${result.stderr}`);
  return result.stdout;
}
