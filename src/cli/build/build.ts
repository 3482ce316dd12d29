import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { jsonLines } from '../../client/index.ts';
import { messageOf } from '../../errors/index.ts';
import type { Progress } from '../../wire/index.ts';
import { type App, warn } from '../app.ts';
import { defineCommand } from '../command.ts';
import { ProgressLines } from '../progress/progress-lines.ts';
import { registryConfig } from '../registry/credentials.ts';
import { openContext } from './context.ts';
import { buildFlags, buildQuery } from './flags.ts';

export const build = defineCommand({
  usage: '[OPTIONS] PATH | -',
  details:
    'Sends the folder PATH, without what its .dockerignore names, and builds it by its Dockerfile. From "-" comes a tar archive, or a Dockerfile alone.',
  examples: [
    { what: 'An image of the Dockerfile here', command: 'holdfast build -t my_app .' },
    {
      what: 'Another file, a value for it, one of its stages',
      command: 'holdfast build -f Dockerfile.dev --build-arg VERSION=2 --target test .',
    },
  ],
  flags: buildFlags,
  args: { min: 1, max: 1 },
  completes: ['file'],
  async run({ app, values, args: [path = ''] }) {
    const query = buildQuery(values, app.env);
    const context = await openContext(app, path, values.file);
    const response = await app.client().request({
      method: 'POST',
      path: '/build',
      query: { ...query, dockerfile: context.dockerfile },
      headers: { 'Content-Type': 'application/x-tar', ...registryConfig(app) },
      body: context.archive,
    });
    const { id, exitCode } = await show(app, response, values.quiet);
    if (exitCode === 0 && values.iidfile !== '') writeFileSync(resolve(app.cwd, values.iidfile), id);
    return exitCode;
  },
});

/** Shows how a build goes. @returns the image's id, or the exit code of the step that failed */
async function show(
  app: App,
  response: Parameters<typeof jsonLines>[0],
  quiet: boolean,
): Promise<{ id: string; exitCode: number }> {
  const lines = new ProgressLines(app.stdout);
  const unsaid: Progress[] = [];
  let id = '';
  for await (const message of jsonLines<Progress>(response)) {
    const { aux, errorDetail, error, stream = '' } = message;
    if (errorDetail !== undefined || error !== undefined) {
      for (const line of unsaid) if (line.stream !== undefined) app.stderr.write(line.stream);
      warn(app, errorDetail?.message ?? messageOf(error));
      return { id, exitCode: errorDetail?.code || 1 };
    }
    if (typeof aux?.ID === 'string') id = aux.ID;
    else if (quiet) unsaid.push(message);
    else lines.show(message);
    if (quiet && /^sha256:[0-9a-f]{64}\n$/.test(stream)) id = stream.trim();
  }
  if (quiet) app.stdout.write(`${id}\n`);
  return { id, exitCode: 0 };
}
