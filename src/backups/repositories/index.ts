export { addRepository } from './add.ts';
export { openRepository } from './open.ts';
export type { RepositoryRecord } from './record.ts';
export { RepositoryStore } from './store.ts';
