import { Readable } from 'node:stream';
import { silentLog } from '../../host/index.ts';
import type { EngineEvent, Progress } from '../../wire/index.ts';
import type { ImageUser } from '../remove.ts';
import { ImageService } from '../service.ts';
import { temporaryFolder } from './folder.ts';
import { archiveOf, type TestImage } from './image-archive.ts';

/** An image service on a new data root, and what it raised. */
export interface TestService {
  root: string;
  images: ImageService;
  events: EngineEvent[];
  /** The containers of each image, by the image's id. */
  users: Map<string, ImageUser[]>;
  /** Another service on the same root, as after a restart of the engine. */
  reopen(): Promise<ImageService>;
  /** Loads images made by hand. @returns what it said. */
  load(...images: TestImage[]): Promise<string[]>;
}

export async function openService(root: string = temporaryFolder()): Promise<TestService> {
  const events: EngineEvent[] = [];
  const users = new Map<string, ImageUser[]>();
  const reopen = async (): Promise<ImageService> => {
    const service = await ImageService.open({ root, emit: (event) => events.push(event), log: silentLog });
    service.setUsers((id) => users.get(id) ?? []);
    await service.idle();
    return service;
  };
  const images = await reopen();
  const load = async (...made: TestImage[]): Promise<string[]> => {
    const progress = await allOf(images.load(streamOf(await archiveOf(...made)), { quiet: true }));
    return progress.map(({ stream }) => stream ?? '');
  };
  return { root, images, events, users, reopen, load };
}

/** All messages of a progress stream. @throws what it failed with. */
export async function allOf(progress: AsyncIterable<Progress>): Promise<Progress[]> {
  const messages: Progress[] = [];
  for await (const message of progress) messages.push(message);
  return messages;
}

export const streamOf = (bytes: Buffer): Readable => Readable.from([bytes], { objectMode: false });
