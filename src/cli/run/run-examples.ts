/** Examples for the help of `run`. */
export const RUN_EXAMPLES = [
  { what: 'A command, its container removed afterwards', command: 'holdfast run --rm alpine echo hello' },
  { what: 'A shell', command: 'holdfast run --rm -it alpine sh' },
  {
    what: 'Data that outlives the container, in a volume',
    command: 'holdfast run --rm -v mydata:/data alpine touch /data/kept',
  },
  { what: 'A folder of the host, read-only', command: 'holdfast run --rm -v "$PWD":/src:ro alpine ls /src' },
  {
    what: 'Data that another user wrote, given to this one',
    command: 'holdfast run --rm -u 1000 -v mydata:/data:U alpine touch /data/mine',
  },
  {
    what: 'A database in the background',
    command: 'holdfast run -d --name db -e POSTGRES_PASSWORD=secret -v pgdata:/var/lib/postgresql/data postgres',
  },
];
