/** The version of this release, of the command and of the engine alike; package.json says the same. */
export const RELEASE = '0.1.0';
