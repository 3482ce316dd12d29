export type { HistoryContainer, VolumeHistory } from './history.ts';
export { HistoryBook } from './history-book.ts';
export { historyObserver, type KnowsContainers } from './observer.ts';
