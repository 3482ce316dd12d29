import { invalidArgument } from '../../errors/index.ts';

/** What a kind of database needs for its files to be a backup. */
interface Preset {
  /** Run by the container's shell before the files are read; "" for nothing. Passwords come from its own environment. */
  pre: string;
}

/*
 * All of them need the files as they are at one moment, which is what a snapshot, a freeze or a stop gives; the database then
 * starts from them as after a power cut. What runs before only makes that start short, and catches a database that is down.
 */
const presets: Readonly<Record<string, Preset>> = {
  postgres: { pre: `psql -q -U "\${POSTGRES_USER:-postgres}" -d postgres -c CHECKPOINT` },
  mysql: { pre: `MYSQL_PWD="$MYSQL_ROOT_PASSWORD" mysql -u root -e 'FLUSH TABLES'` },
  mariadb: {
    pre: `MYSQL_PWD="\${MARIADB_ROOT_PASSWORD:-$MYSQL_ROOT_PASSWORD}" mariadb -u root -e 'FLUSH TABLES'`,
  },
  sqlite: { pre: '' },
  redis: {
    // BGSAVE refuses while another one runs; then that one is waited for.
    pre: `export REDISCLI_AUTH="$REDIS_PASSWORD"; redis-cli BGSAVE >/dev/null; while redis-cli INFO persistence | grep -q rdb_bgsave_in_progress:1; do sleep 0.2; done; redis-cli INFO persistence | grep -q rdb_last_bgsave_status:ok`,
  },
};

/** @param name "" for none. @throws invalid-argument for one that there is not. */
export function presetOf(name: string): Preset | undefined {
  if (name === '') return undefined;
  if (Object.hasOwn(presets, name)) return presets[name];
  throw invalidArgument(`no such backup preset: ${name} (there are ${Object.keys(presets).join(', ')})`);
}
