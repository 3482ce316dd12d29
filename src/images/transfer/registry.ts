import { createHash } from 'node:crypto';
import { run } from '../../host/index.ts';
import type { DistributionInspect, RegistryAuth } from '../../wire/index.ts';
import { parseManifest } from '../manifest.ts';
import { type Reference, withDefaultTag } from '../reference.ts';
import { writeAuthFile } from './auth-file.ts';
import { registryError } from './registry-error.ts';
import { askRegistry, type RegistryCall, registryAddress, tlsArguments } from './skopeo.ts';

/** Asks a registry for a reference without pulling it. @throws not-found, unauthorized or system. */
export async function inspectRemote(call: Omit<RegistryCall, 'transfer'>): Promise<DistributionInspect> {
  const reference = withDefaultTag(call.reference);
  const args = ['inspect', '--raw', ...tlsArguments(reference.domain, ''), registryAddress(reference)];
  const { stdout } = await askRegistry({ ...call, transfer: 'inspect' }, args);
  const bytes = Buffer.from(stdout);
  const manifest = parseManifest(bytes);
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  return {
    Descriptor: { mediaType: manifest.mediaType, digest, size: bytes.length },
    Platforms: manifest.kind === 'image' ? [] : manifest.manifests.flatMap(({ platform }) => platformOf(platform)),
  };
}

type Platform = DistributionInspect['Platforms'][number];

function platformOf(platform: Platform | null | undefined): Platform[] {
  if (platform == null) return [];
  const { architecture, os, variant } = platform;
  return [{ architecture, os, ...(variant ? { variant } : {}) }];
}

/** Tries credentials at their registry. @throws unauthorized where it refuses them; system where it cannot be asked. */
export async function logIn(auth: RegistryAuth, scratch: string): Promise<{ status: string; identityToken: string }> {
  const domain = registryOf(auth.serveraddress);
  const reference: Reference = { domain, path: 'library/credentials-check', tag: 'latest' };
  // The password goes by standard input: an argument could be read by anyone on the machine.
  const file = writeAuthFile(scratch, domain, undefined);
  try {
    const argv = ['skopeo', 'login', '--authfile', file.path, ...tlsArguments(domain, ''), '--username', auth.username];
    await run([...argv, '--password-stdin', domain], { input: auth.password });
    return { status: 'Login Succeeded', identityToken: '' };
  } catch (error) {
    throw registryError(error, 'login', reference);
  } finally {
    file.remove();
  }
}

/** Docker's own registry has an address with a path; any other is a host. */
function registryOf(address: string): string {
  const host = address.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  return host === '' || host === 'index.docker.io' ? 'docker.io' : host;
}
