export { attachLimit, detachLimits, limitUsage } from './attach.ts';
export { canLimit, setLimit } from './set-limit.ts';
