export { KeyedLock } from './keyed-lock.ts';
export { reporting } from './reporting.ts';
export { Rounds } from './rounds.ts';
export { SingleFlight } from './single-flight.ts';
export { UndoStack } from './undo-stack.ts';
