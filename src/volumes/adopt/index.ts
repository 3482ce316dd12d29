import type { Core } from '../core.ts';
import { type Adopted, type AdoptRequest, adoptVolumes, releaseVolumes } from './adopt.ts';

/** Volumes from a stopped Docker, and back to it. */
export class VolumeAdoption {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  /** See {@link adoptVolumes}. */
  adopt(request: AdoptRequest): Promise<Adopted[]> {
    return adoptVolumes(this.#core, request);
  }

  /** See {@link releaseVolumes}. */
  release(request: AdoptRequest): Promise<Adopted[]> {
    return releaseVolumes(this.#core, request);
  }
}
