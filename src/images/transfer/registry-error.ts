import { cancelled, type HoldfastError, messageOf, notFound, systemError, unauthorized } from '../../errors/index.ts';
import { familiarName, familiarString, type Reference } from '../reference.ts';

/** What a transfer was about to do, for its error. */
export type Transfer = 'pull' | 'push' | 'login' | 'inspect';

/**
 * What skopeo said, as Docker would say it: clients and users know those sentences. Credentials are never in it, since
 * they were never in the arguments.
 */
export function registryError(error: unknown, transfer: Transfer, reference: Reference): HoldfastError {
  const words = reasonOf(messageOf(error));
  const name = familiarName(reference);
  if (/request was cancelled/.test(words)) return cancelled(words);
  if (/manifest unknown|name unknown|not found: manifest|StatusCode: 404/i.test(words)) {
    return transfer === 'push'
      ? notFound(`An image does not exist locally with the tag: ${name}`)
      : notFound(`manifest for ${familiarString(reference)} not found: manifest unknown: manifest unknown`);
  }
  if (/unauthorized|authentication required|denied|invalid username|StatusCode: 40[13]/i.test(words)) {
    return denied(transfer, name, words);
  }
  return systemError(`${words}`, error);
}

function denied(transfer: Transfer, name: string, words: string): HoldfastError {
  if (transfer === 'login') return unauthorized('unauthorized: incorrect username or password');
  if (transfer === 'push') return unauthorized(`denied: requested access to the resource is denied (${words})`);
  return notFound(`pull access denied for ${name}, repository does not exist or may require 'docker login': ${words}`);
}

/** The sentence inside skopeo's log line, from its own words about the registry on. */
function reasonOf(text: string): string {
  const quoted = [...text.matchAll(/msg="((?:[^"\\]|\\.)*)"/g)].at(-1)?.[1];
  const sentence = (quoted ?? text).replace(/\\"/g, '"').replace(/^skopeo: /, '');
  const pinging = /pinging container registry [^:]+(?::\d+)?: (.*)$/s.exec(sentence);
  return (
    pinging?.[1] ?? sentence.replace(/^.*?(?:reading manifest|Error reading|initializing source)[^:]*: /s, '')
  ).trim();
}
