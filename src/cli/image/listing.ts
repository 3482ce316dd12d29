import type { Listing } from '../format/listing.ts';
import { ago, goTime } from '../format/time.ts';
import { shortId } from '../format/truncate.ts';
import { humanSize } from '../format/units.ts';

/** One entry of GET /images/json. `Created` in seconds since the epoch, sizes in bytes, -1 where not told. */
export interface ListedImage {
  Id: string;
  RepoTags: string[] | null;
  RepoDigests: string[] | null;
  Created: number;
  Size: number;
  SharedSize: number;
  Containers: number;
  Labels?: Record<string, string> | null;
}

/** An image by one of its names. */
export interface ImageRow {
  image: ListedImage;
  repository: string;
  tag: string;
  digest: string;
}

const NONE = '<none>';

/** What `images` shows of an image's name. */
export const IMAGES: Listing<ImageRow> = {
  typeName: 'imageContext',
  columns: {
    Containers: { header: 'CONTAINERS', value: ({ image }) => told(image.Containers, String) },
    CreatedAt: { header: 'CREATED AT', value: ({ image }) => goTime(image.Created) },
    CreatedSince: { header: 'CREATED', value: ({ image }) => ago(image.Created) },
    Digest: { header: 'DIGEST', value: ({ digest }) => digest },
    ID: { header: 'IMAGE ID', value: ({ image }, { truncate }) => (truncate ? shortId(image.Id) : image.Id) },
    Repository: { header: 'REPOSITORY', value: ({ repository }) => repository },
    SharedSize: { header: 'SHARED SIZE', value: ({ image }) => told(image.SharedSize, humanSize) },
    Size: { header: 'SIZE', value: ({ image }) => humanSize(image.Size, 3) },
    Tag: { header: 'TAG', value: ({ tag }) => tag },
    UniqueSize: {
      header: 'UNIQUE SIZE',
      value: ({ image }) => (image.SharedSize < 0 ? 'N/A' : humanSize(image.Size - image.SharedSize)),
    },
    VirtualSize: { header: 'SIZE', value: ({ image }) => humanSize(image.Size) },
  },
  table: '{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}',
  quiet: '{{.ID}}',
  raw: 'repository: {{.Repository}}\n{{if .Tag}}tag: {{.Tag}}\n{{end}}image_id: {{.ID}}\ncreated_at: {{.CreatedAt}}\nvirtual_size: {{.Size}}\n',
};

/** The same with a column for digests. */
export const IMAGES_WITH_DIGESTS: Listing<ImageRow> = {
  ...IMAGES,
  table: '{{.Repository}}\t{{.Tag}}\t{{.Digest}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}',
};

function told(value: number, text: (value: number) => string): string {
  return value < 0 ? 'N/A' : text(value);
}

/**
 * Rows of an image: one a tag and digest, one a digest that no tag stands for, or one without any name. Digests are only
 * told apart where they are shown.
 */
export function imageRows(image: ListedImage, showsDigests: boolean): ImageRow[] {
  const tags = (image.RepoTags ?? []).filter((tag) => tag !== `${NONE}:${NONE}`).map(cutTag);
  const digests = (image.RepoDigests ?? []).filter((digest) => digest !== `${NONE}@${NONE}`).map(cutDigest);
  const tagged = tags.flatMap(([repository, tag]) => {
    const own = showsDigests ? digests.filter(([name]) => name === repository).map(([, digest]) => digest) : [];
    return (own.length === 0 ? [NONE] : own).map((digest) => ({ image, repository, tag, digest }));
  });
  const untagged = digests
    .filter(([name]) => !tags.some(([repository]) => repository === name))
    .map(([repository, digest]) => ({ image, repository, tag: NONE, digest: showsDigests ? digest : '' }));
  const rows = [...tagged, ...(showsDigests || tags.length === 0 ? untagged : [])];
  return rows.length > 0 ? rows : [{ image, repository: NONE, tag: NONE, digest: NONE }];
}

function cutTag(reference: string): [string, string] {
  const at = reference.lastIndexOf(':');
  return [reference.slice(0, at), reference.slice(at + 1)];
}

function cutDigest(reference: string): [string, string] {
  const at = reference.indexOf('@');
  return [reference.slice(0, at), reference.slice(at + 1)];
}
