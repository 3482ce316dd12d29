import { invalidArgument } from '../../../errors/index.ts';
import { toggle } from '../../flags/index.ts';

/** What can be said of containers that use what is copied. */
export const freezeFlags = {
  freeze: toggle('Freeze the containers that use it, however long copying takes'),
  'no-freeze': toggle('Copy while containers write to it: what is copied may not fit together'),
};

/** As the API takes it: nothing where nothing was said. */
export function freezeOf(values: { freeze: boolean; 'no-freeze': boolean }): { freeze?: boolean } {
  if (values.freeze && values['no-freeze']) throw invalidArgument('say --freeze or --no-freeze, not both');
  if (values.freeze) return { freeze: true };
  return values['no-freeze'] ? { freeze: false } : {};
}
