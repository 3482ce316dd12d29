import { invalidArgument } from '../errors/index.ts';

/** A repository name in full form with what selects one image in it: `docker.io/library/busybox:1`. */
export interface Reference {
  /** Registry host with optional port; `docker.io` where none was written. */
  domain: string;
  /** Repository path; official images have `library/` in front. */
  path: string;
  tag?: string;
  /** `sha256:` and 64 hex digits. */
  digest?: string;
}

const component = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const domain = `(?:${component}(?:\\.${component})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const path = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*';
const tag = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}';
const digest = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const referencePattern = new RegExp(`^(${domain})/(${path})(?::(${tag}))?(?:@(${digest}))?$`);
const tagPattern = new RegExp(`^${tag}$`);
const fullHex = /^[a-f0-9]{64}$/;
const maxLength = 1024;

/**
 * Parses an image reference as Docker's clients write it, filling in `docker.io` and `library/`; no tag is added.
 * Grammar and messages: the distribution project's reference package.
 * @throws invalid-argument `invalid reference format…`.
 */
export function parseReference(text: string): Reference {
  if (fullHex.test(text)) {
    throw invalidArgument(`invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`);
  }
  const { host, remainder } = splitDomain(text);
  checkLowercase(remainder);
  const match = text.length > maxLength ? null : referencePattern.exec(`${host}/${remainder}`);
  if (match === null) throw invalidArgument('invalid reference format');
  const reference: Reference = { domain: match[1] ?? '', path: match[2] ?? '' };
  if (reference.path.length > 255) throw invalidArgument('repository name must not be more than 255 characters');
  if (match[3] !== undefined) reference.tag = match[3];
  if (match[4] !== undefined) reference.digest = checkDigest(match[4]);
  return reference;
}

/** Tells whether `text` is `sha256:` and 64 lower-case hex digits. */
export function isDigest(text: string): boolean {
  return text.startsWith('sha256:') && fullHex.test(text.slice(7));
}

/** The reference with `latest` where it has neither tag nor digest. */
export function withDefaultTag(reference: Reference): Reference {
  return reference.tag === undefined && reference.digest === undefined ? { ...reference, tag: 'latest' } : reference;
}

/**
 * Joins the `repo` (or `fromImage`) and `tag` parameters of the API; a tag that holds `:` is a digest.
 * @throws invalid-argument for a name or a tag outside the grammar.
 */
export function joinReference(repository: string, tagOrDigest: string): Reference {
  const reference = parseReference(repository);
  if (tagOrDigest === '') return reference;
  const { domain: host, path: repositoryPath } = reference;
  if (tagOrDigest.includes(':')) return { domain: host, path: repositoryPath, digest: checkDigest(tagOrDigest) };
  if (!tagPattern.test(tagOrDigest)) throw invalidArgument('invalid tag format');
  return { ...reference, tag: tagOrDigest };
}

/** The full form: what records hold. With a digest the tag says nothing and is dropped. */
export function canonicalString(reference: Reference): string {
  return `${reference.domain}/${reference.path}${selector(reference, true)}`;
}

/** `docker.io/` and `library/` left out: what users read. Where that would name something else, the full name. */
export function familiarName(reference: Reference): string {
  const full = `${reference.domain}/${reference.path}`;
  if (reference.domain !== 'docker.io') return full;
  const bare = reference.path.startsWith('library/') ? reference.path.slice('library/'.length) : reference.path;
  const short = bare.includes('/') ? reference.path : bare;
  const { host, remainder } = splitDomain(short);
  return host === reference.domain && remainder === reference.path && !fullHex.test(short) ? short : full;
}

/** The familiar name with tag and digest. */
export function familiarString(reference: Reference): string {
  return familiarName(reference) + selector(reference, false);
}

/** Tells whether both name the same repository. */
export function sameRepository(a: Reference, b: Reference): boolean {
  return a.domain === b.domain && a.path === b.path;
}

function selector(reference: Reference, digestOnly: boolean): string {
  const digestPart = reference.digest === undefined ? '' : `@${reference.digest}`;
  if (reference.tag === undefined || (digestOnly && digestPart !== '')) return digestPart;
  return `:${reference.tag}${digestPart}`;
}

/** The part before the first slash is a host only if it looks like one: a dot, a port, `localhost` or upper case. */
function splitDomain(text: string): { host: string; remainder: string } {
  const slash = text.indexOf('/');
  const first = slash === -1 ? '' : text.slice(0, slash);
  const isHost = first !== '' && (/[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first);
  let host = isHost ? first : 'docker.io';
  let remainder = isHost ? text.slice(slash + 1) : text;
  if (host === 'index.docker.io') host = 'docker.io';
  if (host === 'docker.io' && !remainder.includes('/')) remainder = `library/${remainder}`;
  return { host, remainder };
}

function checkLowercase(remainder: string): void {
  const end = remainder.search(/[:@]/);
  const name = end === -1 ? remainder : remainder.slice(0, end);
  if (name.toLowerCase() !== name && name.length <= maxLength) {
    throw invalidArgument(`invalid reference format: repository name (${name}) must be lowercase`);
  }
}

function checkDigest(text: string): string {
  const algorithm = text.slice(0, text.indexOf(':'));
  if (algorithm !== 'sha256') throw invalidArgument('unsupported digest algorithm');
  if (text.length !== 'sha256:'.length + 64) throw invalidArgument('invalid checksum digest length');
  if (!isDigest(text)) throw invalidArgument('invalid checksum digest format');
  return text;
}
