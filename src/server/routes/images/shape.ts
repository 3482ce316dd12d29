import { type ApiVersion, atLeast } from '../../../wire/index.ts';

/** Below API 1.44 an image's size has a second name, `VirtualSize`, which old clients show. */
export function imageForVersion(image: object, version: ApiVersion): object {
  const { VirtualSize: _, ...rest } = image as Record<string, unknown>;
  return atLeast(version, '1.44') ? rest : { ...rest, VirtualSize: rest.Size ?? 0 };
}
