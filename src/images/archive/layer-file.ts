import { compressionOfFile, decompressStream, openDecompressed } from '../../host/index.ts';
import { type Descriptor, mediaTypes } from '../manifest.ts';
import type { NewLayer } from '../store/image-store.ts';
import { type SpooledFile, spoolFile } from './spool.ts';

/** A layer's descriptor with nothing but what every manifest has. */
export function layerDescriptor(mediaType: string, file: { digest: string; size: number }): Descriptor {
  return { mediaType, digest: file.digest, size: file.size, platform: undefined, annotations: undefined };
}

/**
 * A file that holds a layer, as the store takes it. Compressions that manifests have no name for are taken off.
 * @param scratch a path for a new file.
 */
export async function layerOfFile(file: SpooledFile, scratch: string): Promise<NewLayer> {
  const compression = compressionOfFile(file.path);
  if (compression === 'none') return { file: file.path, descriptor: layerDescriptor(mediaTypes.layer, file) };
  if (compression === 'gzip' || compression === 'zstd') {
    return { file: file.path, descriptor: layerDescriptor(`${mediaTypes.layer}+${compression}`, file) };
  }
  const plain = await spoolFile(openDecompressed(file.path), scratch);
  return { file: plain.path, descriptor: layerDescriptor(mediaTypes.layer, plain) };
}

/** Writes a layer that comes as a stream, whatever its compression, as a plain archive: its digest is its diff id. */
export async function layerOfStream(source: AsyncIterable<Buffer>, path: string): Promise<NewLayer & SpooledFile> {
  const file = await spoolFile(decompressStream(source), path);
  return { ...file, file: file.path, descriptor: layerDescriptor(mediaTypes.layer, file) };
}
