import { invalidArgument } from '../errors/index.ts';
import type { ImageService } from '../images/index.ts';
import type { NetworkService } from '../networks/index.ts';
import { checkFilterKeys, type Filters, hasLabels, textMatcher } from '../wire/index.ts';
import type { Container } from './container.ts';
import { endpointsOf } from './network/settings.ts';
import { portMatcher } from './port-filter.ts';
import { type Status, zeroTime } from './record.ts';

/** A condition that a container meets or does not; a list shows those that meet all of its conditions. */
export type Condition = (container: Container) => boolean;

const acceptedKeys = [
  'ancestor',
  'before',
  'exited',
  'expose',
  'health',
  'id',
  'is-task',
  'isolation',
  'label',
  'name',
  'network',
  'publish',
  'since',
  'status',
  'volume',
] as const;
const statuses: readonly Status[] = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'];
const healths = ['none', 'starting', 'healthy', 'unhealthy'];

/** What conditions ask beside the container: the images and networks there are. */
interface Surroundings {
  images: Pick<ImageService, 'get'>;
  networks: Pick<NetworkService, 'idOf'>;
}

type ConditionMaker = (values: readonly string[], surroundings: Surroundings) => Condition;

/** One maker for each filter that looks at a container by itself; `before` and `since` are about a container's place. */
const makers: Readonly<Record<string, ConditionMaker>> = {
  ancestor: ancestorCondition,
  exited: exitedCondition,
  expose: (values) => anyKey(({ record }) => record.config.ExposedPorts, portMatcher('expose', values)),
  health: healthCondition,
  id: (values) => on(({ record }) => record.id, textMatcher(values)),
  'is-task': taskCondition,
  isolation: (values) => on(({ record }) => record.hostConfig.Isolation || 'default', textMatcher(values)),
  label: (values) => (container) => hasLabels(container.record.config.Labels, values),
  name: nameCondition,
  network: networkCondition,
  publish: publishCondition,
  status: statusCondition,
  volume: volumeCondition,
};

/**
 * Turns the filters of a list into conditions. Values of one key are alternatives, but for labels, which must all be
 * there; different keys must all hold; `publish` and `expose` together are alternatives (Docker's rules).
 * @throws invalid-argument for a key or a value that Docker refuses.
 */
export function listConditions(filters: Filters, surroundings: Surroundings): Condition[] {
  checkFilterKeys(filters, acceptedKeys);
  const made = new Map<string, Condition>();
  for (const [key, values] of filters) {
    const condition = values.length === 0 ? undefined : makers[key]?.(values, surroundings);
    if (condition !== undefined) made.set(key, condition);
  }
  const { publish, expose } = { publish: made.get('publish'), expose: made.get('expose') };
  if (publish === undefined || expose === undefined) return [...made.values()];
  made.delete('publish');
  made.set('expose', (container) => publish(container) || expose(container));
  return [...made.values()];
}

const on =
  (read: (container: Container) => string, matches: (text: string) => boolean): Condition =>
  (container) =>
    matches(read(container));

const anyKey =
  (read: (container: Container) => object, matches: (key: string) => boolean): Condition =>
  (container) =>
    Object.keys(read(container)).some(matches);

/** A name matches with its leading slash and without, so that both `^/web$` and `^web$` find it. */
function nameCondition(values: readonly string[]): Condition {
  const matches = textMatcher(values);
  return ({ record }) => matches(`/${record.name}`) || matches(record.name);
}

function statusCondition(values: readonly string[]): Condition {
  for (const value of values) {
    if (!statuses.some((status) => status === value)) {
      throw invalidArgument(`invalid value for state (${value}): must be one of ${statuses.join(', ')}`);
    }
  }
  return ({ state }) => values.includes(state.status);
}

/** `none` is a container without a health check. */
function healthCondition(values: readonly string[]): Condition {
  for (const value of values) {
    if (!healths.includes(value)) {
      throw invalidArgument(`invalid value for health (${value}): must be one of ${healths.join(', ')}`);
    }
  }
  return ({ state }) => values.includes(state.health?.Status ?? 'none');
}

function exitedCondition(values: readonly string[]): Condition {
  const codes = values.map((value) => {
    if (!/^[+-]?\d+$/.test(value))
      throw invalidArgument(`strconv.Atoi: parsing ${JSON.stringify(value)}: invalid syntax`);
    return Number(value);
  });
  return (container) =>
    !container.isRunning && container.state.startedAt !== zeroTime && codes.includes(container.state.exitCode);
}

/** Nothing here is a task of a swarm. */
function taskCondition(values: readonly string[]): Condition {
  const [value, other] = values;
  if ((value !== 'true' && value !== 'false') || other !== undefined) {
    throw invalidArgument(`invalid filter 'is-task=[${values.join(' ')}]'`);
  }
  return () => value === 'false';
}

/** A volume's name, a bind's source, or the place of either in the container; exactly (volume semantics 19.4). */
function volumeCondition(values: readonly string[]): Condition {
  const wanted = new Set(values);
  return ({ record }) =>
    record.mountPoints.some(({ name, source, destination }) => wanted.has(name || source) || wanted.has(destination));
}

/** By the ports of the host that lead to it, which it has while it runs. */
function publishCondition(values: readonly string[]): Condition {
  const matches = portMatcher('publish', values);
  return ({ sandbox }) => (sandbox?.ports ?? []).some(({ hostPort, protocol }) => matches(`${hostPort}/${protocol}`));
}

function networkCondition(values: readonly string[], { networks }: Surroundings): Condition {
  return (container) => {
    const endpoints = endpointsOf(container, (network) => networks.idOf(network));
    const ids = Object.values(endpoints).flatMap(({ NetworkID }) => NetworkID || []);
    return values.some((value) => Object.hasOwn(endpoints, value) || ids.some((id) => id.startsWith(value)));
  };
}

/** Made from the image, or from one that builds on it: then the image's layers are the lowest of the other's. */
function ancestorCondition(values: readonly string[], { images }: Surroundings): Condition {
  const ancestors = values.flatMap((value) => layersOf(images, value) ?? []);
  const verdicts = new Map<string, boolean>();
  return ({ record }) => {
    const known = verdicts.get(record.imageId);
    if (known !== undefined) return known;
    const verdict = descends(record.imageId, ancestors, images);
    verdicts.set(record.imageId, verdict);
    return verdict;
  };
}

interface ImageLayers {
  id: string;
  layers: readonly string[];
}

function layersOf(images: Pick<ImageService, 'get'>, reference: string): ImageLayers | undefined {
  try {
    const { id, layers } = images.get(reference);
    return { id, layers };
  } catch {
    // An ancestor that is not there has no descendants; Docker logs it and goes on.
    return undefined;
  }
}

function descends(imageId: string, ancestors: readonly ImageLayers[], images: Pick<ImageService, 'get'>): boolean {
  if (ancestors.some(({ id }) => id === imageId)) return true;
  const layers = layersOf(images, imageId)?.layers ?? [];
  return ancestors.some(
    (ancestor) => ancestor.layers.length > 0 && ancestor.layers.every((layer, index) => layers[index] === layer),
  );
}
