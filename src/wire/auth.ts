import * as z from 'zod';
import { HoldfastError } from '../errors/index.ts';
import { decodeBody } from './decode.ts';
import { text } from './lenient.ts';

/** The body of POST /auth and the content of X-Registry-Auth. Every field is secret enough never to be logged. */
export const registryAuthSchema = z.object({
  username: text(),
  password: text(),
  auth: text(),
  serveraddress: text(),
  identitytoken: text(),
  registrytoken: text(),
});
export type RegistryAuth = z.output<typeof registryAuthSchema>;

/**
 * The credentials of an X-Registry-Auth header: base64url of JSON. An absent, empty or malformed header means none, as
 * with Docker, whose clients send `{}` and worse where nobody is logged in.
 */
export function decodeRegistryAuth(header: string | undefined): RegistryAuth | undefined {
  const value = parseJson(Buffer.from(header ?? '', 'base64url').toString());
  const auth = value === undefined ? undefined : lenient(value);
  return auth !== undefined && Object.values(auth).some((field) => field !== '') ? auth : undefined;
}

/** The credentials of an X-Registry-Config header, by registry. As lenient as {@link decodeRegistryAuth}. */
export function decodeRegistryConfig(header: string | undefined): Record<string, RegistryAuth> {
  const value = parseJson(Buffer.from(header ?? '', 'base64url').toString());
  if (typeof value !== 'object' || value === null) return {};
  const entries = Object.entries(value).map(([registry, auth]): [string, RegistryAuth | undefined] => [
    registry,
    lenient(auth),
  ]);
  return Object.fromEntries(entries.flatMap(([registry, auth]) => (auth === undefined ? [] : [[registry, auth]])));
}

function lenient(value: unknown): RegistryAuth | undefined {
  try {
    return decodeBody(registryAuthSchema, value);
  } catch (error) {
    if (error instanceof HoldfastError) return undefined;
    throw error;
  }
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // Said above: malformed means no credentials.
    return undefined;
  }
}
