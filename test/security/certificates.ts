import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findExecutable, runProgram } from '../support/program.ts';

/** A folder with `ca.pem`, `cert.pem` and `key.pem`, as DOCKER_CERT_PATH names one. */
export type CertificateFolder = string;

/** An authority that signs certificates for a test. */
export class Authority {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async make(folder: string): Promise<Authority> {
    mkdirSync(folder, { recursive: true });
    const authority = new Authority(folder);
    await authority.#openssl('req', '-x509', ...newKey('ca-key.pem'), '-out', 'ca.pem', '-subj', '/CN=authority');
    return authority;
  }

  /** @param names of the certificate, as openssl has them: `DNS:engine.test`, `IP:127.0.0.1`. */
  async issue(name: string, names: readonly string[] = []): Promise<CertificateFolder> {
    const folder = join(this.#folder, name);
    mkdirSync(folder);
    const alternatives = names.length === 0 ? '' : `subjectAltName=${names.join(',')}\n`;
    writeFileSync(join(folder, 'extensions'), `${alternatives}extendedKeyUsage=serverAuth,clientAuth\n`);
    await this.#openssl('req', ...newKey(join(name, 'key.pem')), '-out', join(name, 'request'), '-subj', `/CN=${name}`);
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-CAcreateserial', '-extfile', join(name, 'extensions')];
    await this.#openssl('x509', '-req', '-in', join(name, 'request'), ...signed, '-out', join(name, 'cert.pem'));
    await runProgram(['cp', join(this.#folder, 'ca.pem'), folder]);
    return folder;
  }

  async #openssl(...args: string[]): Promise<void> {
    const { exitCode, stderr } = await runProgram([findExecutable('openssl'), ...args], { cwd: this.#folder });
    if (exitCode !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr}`);
  }
}

const newKey = (path: string) => [
  '-newkey',
  'ec',
  '-pkeyopt',
  'ec_paramgen_curve:prime256v1',
  '-nodes',
  '-keyout',
  path,
];
