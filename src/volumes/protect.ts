import { conflict } from '../errors/index.ts';
import type { Volume } from './volume.ts';

/** The label of a volume that is not to be removed, whoever asks. */
export const protectLabel = 'holdfast.protect';

/** Whatever is no plain "no" counts: a label with a slip in it must not be the end of the data. */
const plainNo = /^(0|f|false|n|no|off)$/i;

export function isProtected({ labels }: Pick<Volume, 'labels'>): boolean {
  const value = labels?.[protectLabel];
  return value !== undefined && !plainNo.test(value);
}

/** To be asked before anything that takes a volume's data away. @throws conflict that says how to go on. */
export function refuseProtected(volume: Volume): void {
  if (!isProtected(volume)) return;
  throw conflict(
    `volume is protected by its label ${protectLabel}=${volume.labels?.[protectLabel]}: run "holdfast volume unprotect ${volume.name}" first`,
  );
}
