import { text } from '../flags/index.ts';

/** `--repo` of every command that works on one. */
export const repoFlag = text('Repository to use (default the default one)', { placeholder: 'name' });
