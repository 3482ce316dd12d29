import * as z from 'zod';
import { type NewPool, newPoolSchema, type PoolSummary, poolSummarySchema } from '../../../wire/index.ts';
import type { Route } from '../../call.ts';

/** What the pool routes need of the engine. */
export interface PoolsBackend {
  create(request: NewPool): Promise<PoolSummary>;
  list(): Promise<PoolSummary[]>;
  get(name: string): Promise<PoolSummary>;
  setDefault(name: string): Promise<void>;
  remove(name: string, options: { force: boolean }): Promise<void>;
}

const root = '/holdfast/v1/pools';

/** /holdfast/v1/pools: the places that volumes are kept in. */
export function poolRoutes(pools: PoolsBackend): Route[] {
  return [
    {
      method: 'GET',
      path: root,
      about: { summary: 'The pools, the main one first', answer: z.array(poolSummarySchema) },
      handle: async (call) => call.json(200, await pools.list()),
    },
    {
      method: 'POST',
      path: root,
      about: { summary: 'Make a pool', body: newPoolSchema, answer: poolSummarySchema },
      handle: async (call) => call.json(201, await pools.create(await call.body(newPoolSchema))),
    },
    {
      method: 'GET',
      path: `${root}/:name`,
      about: { summary: 'One pool', answer: poolSummarySchema },
      handle: async (call) => call.json(200, await pools.get(call.name)),
    },
    {
      method: 'POST',
      path: `${root}/:name/default`,
      about: { summary: 'Have volumes made in a pool that name none' },
      handle: async (call) => {
        await pools.setDefault(call.name);
        call.empty(204);
      },
    },
    {
      method: 'DELETE',
      path: `${root}/:name`,
      about: {
        summary: 'Remove a pool that holds nothing; with force, give up one that is out of reach',
        query: z.object({ force: z.string().optional() }),
      },
      handle: async (call) => {
        await pools.remove(call.name, { force: call.flag('force') });
        call.empty(204);
      },
    },
  ];
}
