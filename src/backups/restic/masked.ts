import type { Access } from './restic.ts';

const mask = '***';
/** Shorter values are no secrets, and would be found in ordinary words. */
const shortestSecret = 4;
/** Variables that say where, not with what right. */
const harmless = /^(AWS_DEFAULT_REGION|AWS_REGION|SSL_CERT_FILE|SSL_CERT_DIR|.*_ENDPOINT|HOME|RCLONE_CONFIG)$/;

/** A text without what is secret about a repository: passwords in its location, and the values of its environment. */
export function masked({ environment }: Pick<Access, 'environment'>, text: string): string {
  const secrets = Object.entries(environment)
    .filter(([name, value]) => value.length >= shortestSecret && !harmless.test(name))
    .map(([, value]) => value);
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, mask), maskedLocation(text));
}

/** A location, or any text with locations in it, without the passwords of URLs. */
export const maskedLocation = (text: string): string => text.replace(/(:\/\/[^/\s:@]*):[^/\s@]+@/g, `$1:${mask}@`);
