import { labelText } from '../format/labels.ts';
import type { Listing } from '../format/listing.ts';
import { ago, goTime } from '../format/time.ts';
import { shortId } from '../format/truncate.ts';
import { humanSize } from '../format/units.ts';

/** GET /images/json. `Created` in seconds since the epoch, sizes in bytes. */
export interface ListedImage {
  Id: string;
  RepoTags: string[] | null;
  RepoDigests: string[] | null;
  Created: number;
  Size: number;
  SharedSize?: number;
  /** -1 where it was not counted. */
  Containers: number;
  Labels?: Record<string, string> | null;
}

/** One line of `images`: an image under one of its names. */
export interface ImageRow {
  image: ListedImage;
  repository: string;
  tag: string;
  digest: string;
}

const NONE = '<none>';

/** What `images` shows. */
export const IMAGES: Listing<ImageRow> = {
  typeName: 'imageContext',
  columns: {
    Containers: { header: 'CONTAINERS', value: ({ image }) => count(image.Containers) },
    CreatedAt: { header: 'CREATED AT', value: ({ image }) => goTime(image.Created) },
    CreatedSince: { header: 'CREATED', value: ({ image }) => ago(image.Created) },
    Digest: { header: 'DIGEST', value: ({ digest }) => digest },
    ID: { header: 'IMAGE ID', value: ({ image }, { truncate }) => (truncate ? shortId(image.Id) : image.Id) },
    Repository: { header: 'REPOSITORY', value: ({ repository }) => repository },
    SharedSize: { header: 'SHARED SIZE', value: ({ image }) => size(image.SharedSize ?? -1) },
    Size: { header: 'SIZE', value: ({ image }) => humanSize(image.Size, 3) },
    Tag: { header: 'TAG', value: ({ tag }) => tag },
    UniqueSize: { header: 'UNIQUE SIZE', value: ({ image }) => uniqueSize(image) },
    VirtualSize: { header: 'SIZE', value: ({ image }) => humanSize(image.Size, 3) },
    Labels: { header: 'LABELS', value: ({ image }) => labelText(image.Labels) },
  },
  table: '{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}',
  quiet: '{{.ID}}',
  raw: 'repository: {{.Repository}}\ntag: {{.Tag}}\nimage_id: {{.ID}}\ncreated_at: {{.CreatedAt}}\nvirtual_size: {{.Size}}\n',
};

/** The same with digests shown. */
export const IMAGES_WITH_DIGESTS: Listing<ImageRow> = {
  ...IMAGES,
  table: '{{.Repository}}\t{{.Tag}}\t{{.Digest}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}',
};

const count = (containers: number): string => (containers === -1 ? 'N/A' : String(containers));
const size = (bytes: number): string => (bytes === -1 ? 'N/A' : humanSize(bytes, 3));

function uniqueSize({ Size, SharedSize = -1 }: ListedImage): string {
  return SharedSize === -1 ? 'N/A' : humanSize(Size - SharedSize, 3);
}

/** The lines of an image: one for each tag, or for each digest that no tag stands for, or one without a name. */
export function rowsOf(image: ListedImage, withDigests: boolean): ImageRow[] {
  const digests = new Map((image.RepoDigests ?? []).map((each) => splitAt(each, each.indexOf('@'))));
  const tags = (image.RepoTags ?? [])
    .filter((tag) => tag !== '<none>:<none>')
    .map((tag) => splitAt(tag, tag.lastIndexOf(':')));
  const tagged = tags.map(([repository, tag]) => ({ image, repository, tag, digest: digests.get(repository) ?? NONE }));
  const names = new Set(tags.map(([repository]) => repository));
  const untagged = [...digests]
    .filter(([repository]) => !names.has(repository) && (withDigests || tags.length === 0))
    .map(([repository, digest]) => ({ image, repository, tag: NONE, digest }));
  const rows = [...tagged, ...untagged];
  return rows.length > 0 ? rows : [{ image, repository: NONE, tag: NONE, digest: NONE }];
}

const splitAt = (text: string, at: number): [string, string] => [text.slice(0, at), text.slice(at + 1)];
