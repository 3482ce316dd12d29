import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { reporting } from '../async/index.ts';
import type { Progress } from '../wire/index.ts';
import { containerConfigSchema } from '../wire/index.ts';
import { layerOfStream } from './archive/layer-file.ts';
import type { ImageContext } from './archive/load.ts';
import { applyChanges } from './changes/apply.ts';
import { toStoredConfig } from './commit.ts';
import { emitImage } from './image-event.ts';
import { parsePlatform } from './manifest.ts';
import { namesOf, newTag } from './names.ts';

export interface ImportOptions {
  /** The name the image gets; '' for none. */
  repo: string;
  tag: string;
  /** Dockerfile instructions that make its configuration. */
  changes: readonly string[];
  /** The comment of its only step. */
  message: string;
  /** `os/arch[/variant]`; '' for this machine's. */
  platform?: string;
}

/**
 * Makes an image of one layer from an archive of a file system, compressed or not. Reports one message: the image's id.
 * @throws invalid-argument for names, instructions and archives that are not right.
 */
export function importImage(
  context: ImageContext,
  stream: Readable,
  options: ImportOptions,
): AsyncIterableIterator<Progress> {
  return reporting(async (report, signal) => {
    signal.addEventListener('abort', () => stream.destroy());
    const reference = newTag(options.repo, options.tag);
    const config = applyChanges(containerConfigSchema.parse({}), options.changes);
    const platform = parsePlatform(options.platform ?? '');
    const id = await context.store.staging.use(async (dir) => {
      const layer = await layerOfStream(stream, join(dir, 'layer'));
      const created = new Date().toISOString();
      const document = {
        architecture: platform.architecture,
        ...(platform.variant === '' ? {} : { variant: platform.variant }),
        os: platform.os,
        comment: options.message,
        config: toStoredConfig(config),
        created,
        history: [{ created, comment: options.message }],
        rootfs: { type: 'layers', diff_ids: [layer.digest] },
      };
      const bytes = Buffer.from(JSON.stringify(document));
      return context.store.add({ config: bytes, layers: [layer], references: namesOf(reference) });
    });
    emitImage(context, 'import', { id, name: id });
    report({ status: id });
  });
}
