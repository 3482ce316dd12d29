/** One step of an image's history, GET /images/{name}/history. `Created` in seconds since the epoch, `Size` in bytes. */
export interface ImageHistoryEntry {
  Id: string;
  Created: number;
  CreatedBy: string;
  Tags: string[] | null;
  Size: number;
  Comment: string;
}

/** What a removal or prune did to one reference or image. */
export type ImageDeletion = { Untagged: string } | { Deleted: string };

/** GET /distribution/{name}/json: what a registry says of a reference. */
export interface DistributionInspect {
  Descriptor: { mediaType: string; digest: string; size: number };
  Platforms: Array<{ architecture: string; os: string; variant?: string }>;
}
