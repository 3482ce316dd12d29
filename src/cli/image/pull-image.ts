import type { App, Output } from '../app.ts';
import { showProgress } from '../progress/show-progress.ts';
import { DEFAULT_TAG, splitReference } from '../reference.ts';
import { authHeader } from '../registry/credentials.ts';

export interface PullOptions {
  image: string;
  platform: string;
  quiet: boolean;
  /** Where progress goes. */
  output: Output;
  /** Every tag of the repository instead of one. */
  allTags?: boolean;
}

/** Gets an image from its registry, showing how it goes. */
export async function pullImage(app: App, { image, platform, quiet, output, allTags }: PullOptions): Promise<void> {
  const { fullName, registry, tag, digest } = splitReference(image);
  const response = await app.client().request({
    method: 'POST',
    path: '/images/create',
    query: { fromImage: fullName, tag: allTags === true ? '' : digest || tag || DEFAULT_TAG, platform },
    headers: authHeader(app, registry),
  });
  await showProgress(response, { output, quiet });
}
