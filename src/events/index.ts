export { EventHub, type EventHubOptions, type EventQuery } from './hub.ts';
