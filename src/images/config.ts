import * as z from 'zod';
import { invalidArgument } from '../errors/index.ts';
import { type ContainerConfig, containerConfigSchema, decodeBody } from '../wire/index.ts';
import { isDigest } from './reference.ts';

/** Overlayfs takes no more lower folders than this (OVL_MAX_STACK). */
const MAX_LAYERS = 499;
const optional = () =>
  z
    .string()
    .nullish()
    .transform((value) => value ?? '');

const historySchema = z.object({
  created: optional(),
  created_by: optional(),
  author: optional(),
  comment: optional(),
  empty_layer: z
    .boolean()
    .nullish()
    .transform((value) => value ?? false),
});

const documentSchema = z.object({
  created: optional(),
  author: optional(),
  comment: optional(),
  architecture: optional(),
  variant: optional(),
  os: optional(),
  'os.version': optional(),
  docker_version: optional(),
  container: optional(),
  config: z.record(z.string(), z.unknown()).nullish(),
  container_config: z.record(z.string(), z.unknown()).nullish(),
  rootfs: z.object({
    type: optional(),
    diff_ids: z
      .array(z.string())
      .nullish()
      .transform((value) => value ?? []),
  }),
  history: z
    .array(historySchema)
    .nullish()
    .transform((value) => value ?? []),
});

/** One step of an image's making, as its configuration has it (image-spec, config.md). */
export type HistoryStep = z.output<typeof historySchema>;

/** An image's configuration document, checked and with nothing missing. */
export interface ImageDocument {
  created: string;
  author: string;
  comment: string;
  architecture: string;
  variant: string;
  os: string;
  osVersion: string;
  dockerVersion: string;
  container: string;
  /** What containers of the image run, with every field present. */
  config: ContainerConfig;
  /** The same as stored, for answers that tell absent from null. */
  rawConfig: Record<string, unknown> | null;
  rawContainerConfig: Record<string, unknown> | null;
  diffIds: string[];
  history: HistoryStep[];
}

/**
 * Reads an image configuration (OCI and Docker's own, which differ in extra fields only).
 * @throws invalid-argument where it is none, or names layers by anything but digests.
 */
export function parseImageDocument(bytes: Uint8Array): ImageDocument {
  const parsed = documentSchema.safeParse(parseJson(bytes, 'image configuration'));
  if (!parsed.success) {
    throw invalidArgument(`invalid image configuration: ${parsed.error.issues[0]?.path.join('.')} is wrong`);
  }
  const { config, rootfs, container_config: containerConfig, docker_version: dockerVersion, ...rest } = parsed.data;
  if (!rootfs.diff_ids.every(isDigest)) throw invalidArgument('invalid image configuration: a bad diff id');
  if (rootfs.diff_ids.length > MAX_LAYERS) throw invalidArgument('max depth exceeded');
  const { 'os.version': osVersion, ...document } = rest;
  return {
    ...document,
    osVersion,
    dockerVersion,
    config: decodeBody(containerConfigSchema, config ?? {}),
    rawConfig: config ?? null,
    rawContainerConfig: containerConfig ?? null,
    diffIds: rootfs.diff_ids,
  };
}

/** Parses JSON that came from outside. @throws invalid-argument `invalid <what>: …`. */
export function parseJson(bytes: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch (error) {
    throw invalidArgument(`invalid ${what}: not JSON`, error);
  }
}
