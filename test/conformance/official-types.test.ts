import type {
  ContainerWaitResponse,
  DistributionInspect as OfficialDistribution,
  EventMessage as OfficialEvent,
  MountPoint as OfficialMount,
  Network as OfficialNetwork,
  SystemVersion as OfficialVersion,
  Volume as OfficialVolume,
} from '@docker/node-sdk';
import { expectTypeOf, test } from 'vitest';
import type {
  DistributionInspect,
  EventMessage,
  MountSummary,
  NetworkSummary,
  SystemVersion,
  VolumeSummary,
  WaitResult,
} from '../../src/wire/index.ts';

/**
 * A type with what the official description cannot say taken out: its enumerations are strings on the wire, and Docker
 * answers null where the description knows only objects.
 */
type Plain<T> = T extends string
  ? string
  : T extends ReadonlyArray<infer Item>
    ? Plain<Item>[]
    : T extends object
      ? { [Key in keyof T]: Plain<Exclude<T[Key], null>> }
      : T;

// The compiler does the checking: these lines fail `npm run types` where an answer has another shape than Docker's.
test('answers have the shapes of the official API description', () => {
  expectTypeOf<Plain<VolumeSummary>>().toExtend<Plain<OfficialVolume>>();
  expectTypeOf<Plain<MountSummary>>().toExtend<Plain<OfficialMount>>();
  expectTypeOf<Plain<NetworkSummary>>().toExtend<Plain<OfficialNetwork>>();
  expectTypeOf<Plain<EventMessage>>().toExtend<Plain<OfficialEvent>>();
  expectTypeOf<Plain<SystemVersion>>().toExtend<Plain<OfficialVersion>>();
  expectTypeOf<Plain<WaitResult>>().toExtend<Plain<ContainerWaitResponse>>();
  expectTypeOf<Plain<DistributionInspect>>().toExtend<Plain<OfficialDistribution>>();
});
