import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { invalidArgument, messageOf } from '../../../errors/index.ts';
import { decodeBody } from '../../../wire/index.ts';

/** The certificates of a plugin behind TLS, as PEM. */
export interface PluginTls {
  ca?: Buffer;
  cert?: Buffer;
  key?: Buffer;
  rejectUnauthorized: boolean;
}

/** Where a plugin listens. */
export type PluginAddress = { socketPath: string } | { url: URL; tls?: PluginTls };

const text = z.string().nullish();
const jsonSpecSchema = z.object({
  Name: text,
  Addr: text,
  TLSConfig: z
    .object({ InsecureSkipVerify: z.boolean().nullish(), CAFile: text, CertFile: text, KeyFile: text })
    .nullish(),
});

/** Reads a `.spec` file: one line with a URL, whose scheme must be there. @throws invalid-argument */
export function parseSpec(content: string): PluginAddress {
  return parseAddress(content.trim());
}

/** Reads a `.json` spec, with the certificates it names. @throws invalid-argument; what reading them throws. */
export function parseJsonSpec(content: string): PluginAddress {
  const { Addr, TLSConfig } = decodeBody(jsonSpecSchema, parseJson(content));
  const address = parseAddress((Addr ?? '').trim());
  if ('socketPath' in address || TLSConfig === null || TLSConfig === undefined) return address;
  const url = new URL(address.url);
  url.protocol = 'https:';
  const { CAFile, CertFile, KeyFile, InsecureSkipVerify } = TLSConfig;
  return {
    url,
    tls: {
      ...(CAFile ? { ca: readFileSync(CAFile) } : {}),
      ...(CertFile ? { cert: readFileSync(CertFile) } : {}),
      ...(KeyFile ? { key: readFileSync(KeyFile) } : {}),
      rejectUnauthorized: InsecureSkipVerify !== true,
    },
  };
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    throw invalidArgument(`invalid JSON: ${messageOf(error)}`, error);
  }
}

function parseAddress(address: string): PluginAddress {
  const [, scheme = '', rest = ''] = /^([a-z]+):\/\/(.+)$/i.exec(address) ?? [];
  switch (scheme.toLowerCase()) {
    case 'unix':
      if (!isAbsolute(rest)) break;
      return { socketPath: rest };
    case 'tcp':
    case 'http':
    case 'https': {
      const url = `${scheme.toLowerCase() === 'https' ? 'https' : 'http'}://${rest}`;
      if (!URL.canParse(url)) break;
      return { url: new URL(url) };
    }
  }
  throw invalidArgument(
    `${JSON.stringify(address)} is no address: write unix:///path/to.sock, tcp://host:port or https://host:port`,
  );
}
