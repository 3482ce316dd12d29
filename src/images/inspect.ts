import { type ApiVersion, atLeast, MAX_API_VERSION } from '../wire/index.ts';
import { toImage } from './image.ts';
import type { ImageStore } from './store/image-store.ts';
import type { ImageRecord } from './store/record.ts';

const zeroTime = '0001-01-01T00:00:00Z';

/** What `Config` holds at least: an image's configuration leaves out what it does not set, and Docker's answer does not. */
const always = {
  Cmd: null,
  Entrypoint: null,
  Env: null,
  Labels: null,
  OnBuild: null,
  User: '',
  Volumes: null,
  WorkingDir: '',
};
const before150 = {
  AttachStderr: false,
  AttachStdin: false,
  AttachStdout: false,
  Domainname: '',
  Hostname: '',
  Image: '',
  OpenStdin: false,
  StdinOnce: false,
  Tty: false,
};

/** An image as GET /images/{name}/json answers it (API 1.24 to 1.50). */
export function inspectImage(store: ImageStore, record: ImageRecord, apiVersion: ApiVersion = MAX_API_VERSION): object {
  const { document } = store.details.of(record);
  const image = toImage(store, record);
  const created = document.created || (atLeast(apiVersion, '1.44') ? undefined : zeroTime);
  return {
    Id: record.id,
    RepoTags: image.repoTags,
    RepoDigests: image.repoDigests,
    Parent: record.parent,
    Comment: document.comment,
    ...(created === undefined ? {} : { Created: created }),
    ...(atLeast(apiVersion, '1.45')
      ? {}
      : { Container: document.container, ContainerConfig: document.rawContainerConfig }),
    DockerVersion: document.dockerVersion,
    Author: document.author,
    Config: configOf(document.rawConfig, apiVersion),
    Architecture: document.architecture,
    ...(document.variant === '' ? {} : { Variant: document.variant }),
    Os: document.os,
    ...(document.osVersion === '' ? {} : { OsVersion: document.osVersion }),
    Size: image.size,
    ...(atLeast(apiVersion, '1.44') ? {} : { VirtualSize: image.size }),
    GraphDriver: { Data: graphDriverData(store, document.diffIds), Name: 'overlay2' },
    RootFS: document.diffIds.length === 0 ? { Type: 'layers' } : { Type: 'layers', Layers: document.diffIds },
    Metadata: { LastTagTime: record.lastTagged || zeroTime },
  };
}

function configOf(stored: Record<string, unknown> | null, apiVersion: ApiVersion): object {
  return { ...(atLeast(apiVersion, '1.50') ? {} : before150), ...always, ...stored };
}

/** Where the layers are; an image has no upper and merged folder of its own, as a container has. */
function graphDriverData(store: ImageStore, diffIds: readonly string[]): Record<string, string> {
  const [top, ...lower] = diffIds.toReversed().map((diffId) => store.layers.path(diffId));
  if (top === undefined) return {};
  return { ...(lower.length === 0 ? {} : { LowerDir: lower.join(':') }), UpperDir: top };
}
