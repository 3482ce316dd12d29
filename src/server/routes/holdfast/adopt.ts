import * as z from 'zod';
import { invalidArgument } from '../../../errors/index.ts';
import type { Route } from '../../call.ts';

const requestSchema = z.object({
  root: z.string().default('').describe("A data root of Docker's, absolute: /var/lib/docker, or a copy of it"),
  volumes: z.array(z.string()).default([]).describe('Names; none for all volumes'),
  dryRun: z.boolean().default(false).describe('Say what would be done, and do nothing'),
  copy: z.boolean().default(false).describe('Leave the volumes where they are as well'),
});
const adoptedSchema = z.object({
  volumes: z.array(z.object({ name: z.string(), how: z.enum(['rename', 'copy', 'skip']), reason: z.string() })),
});

type Adopted = z.output<typeof adoptedSchema>['volumes'];
type Request = z.output<typeof requestSchema>;

/** What these routes need of the engine. */
export interface AdoptBackend {
  adopt(request: Request): Promise<Adopted>;
  release(request: Request): Promise<Adopted>;
}

/** Volumes from Docker, and back to it. */
export function adoptRoutes(adoption: AdoptBackend): Route[] {
  const route = (path: string, summary: string, work: (request: Request) => Promise<Adopted>): Route => ({
    method: 'POST',
    path,
    about: { summary, body: requestSchema, answer: adoptedSchema },
    handle: async (call) => {
      const request = await call.body(requestSchema);
      if (!request.root.startsWith('/')) throw invalidArgument(`root must be an absolute path: ${request.root}`);
      call.json(200, { volumes: await work(request) });
    },
  });
  return [
    route('/holdfast/v1/adopt', 'Take over the volumes of a stopped Docker', (it) => adoption.adopt(it)),
    route('/holdfast/v1/release', 'Give volumes to a stopped Docker', (it) => adoption.release(it)),
  ];
}
