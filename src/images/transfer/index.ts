export { type PulledImage, pullImage } from './pull.ts';
export { pushImage } from './push.ts';
export { inspectRemote, logIn } from './registry.ts';
