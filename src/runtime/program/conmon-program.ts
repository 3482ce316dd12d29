import { run } from '../../host/index.ts';

/** The conmon of this host. */
export interface ConmonProgram {
  path: string;
  version: string;
  /** Those of {@link wanted} that it knows. */
  options: string[];
}

/** Options that came with some 2.0 or 2.1; without them conmon does the same, only slower or within shorter paths. */
const wanted = ['--full-attach', '--no-sync-log'];

/** Asks conmon what it is and can. */
export async function describeConmon(path: string): Promise<ConmonProgram> {
  const [{ stdout: version }, { stdout: help }] = await Promise.all([run([path, '--version']), run([path, '--help'])]);
  return {
    path,
    version: /version (\S+)/.exec(version)?.[1] ?? '',
    options: wanted.filter((option) => new RegExp(`(^|\\s)${option}\\s`, 'm').test(help)),
  };
}
