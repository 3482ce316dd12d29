import type { Descriptor } from '../manifest.ts';

/** What the catalog keeps of an image; everything else is in its blobs. Never changed in place. */
export interface ImageRecord {
  /** The digest of its configuration. */
  readonly id: string;
  readonly manifest: Pick<Descriptor, 'digest' | 'size' | 'mediaType'>;
  /** The id of the image it was made from here; '' where it came from elsewhere. */
  readonly parent: string;
  /** Full references, oldest first: `docker.io/library/x:1`, `docker.io/library/x@sha256:…`. */
  readonly references: readonly string[];
  /** When it last got a tag, RFC 3339; '' for never. */
  readonly lastTagged: string;
  /** Removed by its user while containers still need its files. It goes when they have gone. */
  readonly removed: boolean;
}

const annotation = {
  reference: 'org.opencontainers.image.ref.name',
  id: 'org.holdfast.image.id',
  parent: 'org.holdfast.image.parent',
  lastTagged: 'org.holdfast.image.last-tagged',
  removed: 'org.holdfast.image.removed',
} as const;

type IndexEntry = Pick<Descriptor, 'digest' | 'size' | 'mediaType'> & { annotations?: Record<string, string> };

/**
 * The catalog as the `index.json` of an OCI layout, so that other tools can read the images: one descriptor for each
 * reference, one without a name for an image that has none.
 */
export function toIndex(records: Iterable<ImageRecord>): string {
  const manifests: IndexEntry[] = [];
  for (const record of records) {
    const common: Record<string, string> = { [annotation.id]: record.id };
    if (record.parent !== '') common[annotation.parent] = record.parent;
    if (record.lastTagged !== '') common[annotation.lastTagged] = record.lastTagged;
    if (record.removed) common[annotation.removed] = 'true';
    const names = record.references.map((name) => ({ ...common, [annotation.reference]: name }));
    for (const annotations of names.length > 0 ? names : [common]) manifests.push({ ...record.manifest, annotations });
  }
  return JSON.stringify({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests }, null, 1);
}

/** @throws SyntaxError where the text is not JSON. Entries that are not ours are passed over. */
export function fromIndex(text: string): Map<string, ImageRecord> {
  const records = new Map<string, ImageRecord>();
  const { manifests } = JSON.parse(text) as { manifests: IndexEntry[] };
  for (const { annotations = {}, digest, size, mediaType } of manifests) {
    const id = annotations[annotation.id];
    if (id === undefined) continue;
    const known = records.get(id);
    const name = annotations[annotation.reference];
    records.set(id, {
      id,
      manifest: { digest, size, mediaType },
      parent: annotations[annotation.parent] ?? '',
      references: [...(known?.references ?? []), ...(name === undefined ? [] : [name])],
      lastTagged: annotations[annotation.lastTagged] ?? '',
      removed: annotations[annotation.removed] === 'true',
    });
  }
  return records;
}
