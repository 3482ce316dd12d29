/** A path of the API's backups. */
export const backupsPath = (rest = ''): string => `/holdfast/v1/backups${rest}`;
