export { textMatcher } from './text-matcher.ts';
