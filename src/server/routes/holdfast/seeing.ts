import * as z from 'zod';
import type { Route } from '../../call.ts';
import { METRICS_TYPE } from '../../metrics-port.ts';
import {
  activitySchema,
  forecastSchema,
  prunableSchema,
  type SeeingBackend,
  volumeInspectionSchema,
  volumeViewSchema,
} from './seeing-backend.ts';

const filters = z.object({ filters: z.string().optional().describe("as Docker's list takes them") });
const warnings = z.array(z.string());

/** What is to be seen of volumes and containers. */
export function seeingRoutes(seeing: SeeingBackend): Route[] {
  return [
    {
      method: 'GET',
      path: '/holdfast/v1/volumes',
      about: {
        summary: 'Volumes with their sizes, users, last use and last backup',
        query: filters,
        answer: z.object({ volumes: z.array(volumeViewSchema), warnings }),
      },
      handle: async (call) => call.json(200, await seeing.volumes(call.filters())),
    },
    {
      method: 'GET',
      path: '/holdfast/v1/volumes/:name',
      about: { summary: 'A volume with its history, and what is wrong with it', answer: volumeInspectionSchema },
      handle: async (call) => call.json(200, await seeing.volume(call.name)),
    },
    {
      method: 'GET',
      path: '/holdfast/v1/prunable-volumes',
      about: {
        summary: 'What a prune of volumes with these filters would remove',
        query: filters,
        answer: prunableSchema,
      },
      handle: async (call) => call.json(200, await seeing.prunable(call.filters())),
    },
    {
      method: 'GET',
      path: '/holdfast/v1/volume-activity',
      about: {
        summary: 'What running containers read and write, by the volumes that they use',
        answer: activitySchema,
      },
      handle: (call) => call.json(200, seeing.activity()),
    },
    {
      method: 'GET',
      path: '/holdfast/v1/forecasts',
      about: {
        summary: 'When pools and volumes with a limit will be full, from how they grew',
        answer: z.object({ forecasts: z.array(forecastSchema) }),
      },
      handle: async (call) => call.json(200, { forecasts: await seeing.forecasts() }),
    },
    {
      method: 'GET',
      path: '/holdfast/v1/metrics',
      about: { summary: 'Figures for Prometheus, in its text format (version 0.0.4)' },
      handle: async (call) => call.content(200, { type: METRICS_TYPE, body: await seeing.metrics() }),
    },
    {
      method: 'GET',
      path: '/holdfast/v1/containers/:name/warnings',
      about: {
        summary: "Why a container's user cannot write to what is mounted, a sentence for each mount",
        answer: z.object({ warnings }),
      },
      handle: async (call) => call.json(200, { warnings: await seeing.containerWarnings(call.name) }),
    },
  ];
}
