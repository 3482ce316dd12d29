export {
  bytes,
  commaList,
  cut,
  decimal,
  duration,
  type Flag,
  type FlagSet,
  type FlagValues,
  filters,
  integer,
  list,
  map,
  text,
  toggle,
} from './flag.ts';
export { type ParsedLine, parseLine } from './parse.ts';
export { flagUsage, wrap } from './usage.ts';
