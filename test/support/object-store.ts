import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import S3rver from 's3rver';
import { runProgram } from './program.ts';
import { freePort } from './registry.ts';

/** An S3 server on loopback, with a certificate of its own and one bucket. */
export class ObjectStore {
  /** Where a repository may be, as restic writes it. */
  readonly location: string;
  /** The lines of an environment file for it. */
  readonly environment: string;
  /** What is in it that must never be seen. */
  readonly secret = 'S3RVER';
  readonly #server: S3rver;

  private constructor(server: S3rver, parts: { port: number; certificate: string }) {
    this.#server = server;
    this.location = `s3:https://127.0.0.1:${parts.port}/backups/repository`;
    this.environment = `AWS_ACCESS_KEY_ID=S3RVER\nAWS_SECRET_ACCESS_KEY=S3RVER\nSSL_CERT_FILE=${parts.certificate}\n`;
  }

  /** @param folder keeps its objects and its certificate. */
  static async start(folder: string): Promise<ObjectStore> {
    const [key, certificate] = [join(folder, 's3.key'), join(folder, 's3.pem')];
    const words = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, '-days', '7'];
    const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const made = await runProgram(['openssl', ...words, ...name]);
    if (made.exitCode !== 0) throw new Error(made.stderr);
    const port = await freePort();
    const server = new S3rver({
      address: '127.0.0.1',
      port,
      silent: true,
      key: readFileSync(key),
      cert: readFileSync(certificate),
      directory: join(folder, 's3'),
      configureBuckets: [{ name: 'backups', configs: [] }],
    });
    await server.run();
    return new ObjectStore(server, { port, certificate });
  }

  stop(): Promise<void> {
    return this.#server.close();
  }
}
