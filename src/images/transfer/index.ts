export { type PullCall, type PulledImage, pullImage } from './pull.ts';
export { type PushCall, pushImage } from './push.ts';
export { inspectRemote, logIn } from './registry.ts';
