export { kept, parseRetention, type Retention } from './retention.ts';
export { Schedule } from './schedule.ts';
export { type Plan, Timetable } from './timetable.ts';
