import { createHash } from 'node:crypto';

/** `sha256:<hex>` of the bytes. */
export function sha256(data: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(data).digest('hex')}`;
}

/** The hex digits of `sha256:<hex>`. */
export function hexOf(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1);
}

/** The first 12 hex digits, as Docker's messages and tables show ids. */
export function shortId(id: string): string {
  return hexOf(id).slice(0, 12);
}

/**
 * The chain id of each layer, bottom first: names a layer together with all below it (image-spec, config.md).
 * Docker reports removed layers by it.
 */
export function chainIds(diffIds: readonly string[]): string[] {
  const chain: string[] = [];
  for (const diffId of diffIds) {
    const below = chain.at(-1);
    chain.push(below === undefined ? diffId : sha256(`${below} ${diffId}`));
  }
  return chain;
}
