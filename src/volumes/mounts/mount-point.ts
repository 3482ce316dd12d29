import type { Mount } from '../../wire/index.ts';
import { shownAs } from './id-mapping.ts';
import { cleanPath } from './path.ts';

type MountType = 'bind' | 'volume' | 'tmpfs' | 'image';

/** Something mounted in a container: all that later steps need, as plain JSON that the container's record keeps. */
export interface MountPoint {
  type: MountType;
  /** Volume: its name, "" until an anonymous one is made. Image: the reference. Else "". */
  name: string;
  /** Path on the host. Bind: what was asked for. Volume: its mountpoint, without subpath. "" where not known yet. */
  source: string;
  /** Cleaned path in the container. */
  destination: string;
  /** Of a volume; "" until it is known. */
  driver: string;
  /** The mode of a `-v`, verbatim, for inspect. */
  mode: string;
  rw: boolean;
  /** "" where it has none of its own. */
  propagation: string;
  /** A volume without a name in the request: it goes with the container that made it, if the user says so (6.2). */
  anonymous: boolean;
  /** A volume that does not take over the image's content. */
  noCopy: boolean;
  /** Taken over from another container by `--volumes-from`. */
  inherited: boolean;
  /** Of a bind: a missing source is made, as a folder, when the container starts (8.7). */
  createSource: boolean;
  /** Its content is given to the container's user at each start; absent in records from before that could be asked. */
  takeOver?: boolean;
  /** Its content is labelled at each start, where the host has SELinux; absent for what is not. */
  relabelled?: 'z' | 'Z' | undefined;
  /** Whom its owner is shown as: a user of the container, "" for the one that it runs as. Absent for nobody else. */
  shownAs?: string | undefined;
  /** Of an image: its id, "" until it is known; absent in records from before images could be mounted. */
  imageId?: string;
  /** The part of the volume or image to mount; "" for the whole. */
  subpath: string;
  /** The request in the terms of `--mount`. Inherited mounts keep their origin's. */
  spec: Mount;
}

/** A `--mount` that says nothing: a start for those that come by other ways. */
export const emptySpec: Mount = {
  Type: '',
  Source: '',
  Target: '',
  ReadOnly: false,
  Chown: false,
  Consistency: '',
  BindOptions: undefined,
  VolumeOptions: undefined,
  ImageOptions: undefined,
  TmpfsOptions: undefined,
};

/** The mount point that a valid request describes. */
export function mountPointOf(spec: Mount): MountPoint {
  const type = spec.Type as MountType;
  const common: MountPoint = {
    type,
    name: '',
    source: '',
    destination: cleanPath(spec.Target),
    driver: '',
    mode: '',
    rw: !spec.ReadOnly,
    propagation: '',
    anonymous: false,
    noCopy: false,
    inherited: false,
    createSource: false,
    takeOver: spec.Chown,
    shownAs: shownAs(spec),
    subpath: '',
    spec,
  };
  return { ...common, ...partsOf[type](spec) };
}

const partsOf: Record<MountType, (spec: Mount) => Partial<MountPoint>> = {
  bind: ({ Source, BindOptions }) => ({
    source: cleanPath(Source),
    propagation: BindOptions?.Propagation || 'rprivate',
    createSource: BindOptions?.CreateMountpoint ?? false,
  }),
  volume: ({ Source, VolumeOptions }) => ({
    name: Source,
    driver: VolumeOptions?.DriverConfig?.Name ?? '',
    anonymous: Source === '',
    noCopy: VolumeOptions?.NoCopy ?? false,
    subpath: VolumeOptions?.Subpath ?? '',
  }),
  tmpfs: () => ({}),
  image: ({ Source, ImageOptions }) => ({
    name: Source,
    rw: false,
    propagation: 'rprivate',
    subpath: ImageOptions?.Subpath ?? '',
  }),
};
