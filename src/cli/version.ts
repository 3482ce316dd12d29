/** The version of this command; the package's own. */
export const CLIENT_VERSION = '0.1.0';
