/** What `holdfast daemon --help` prints. */
export const usage = `Usage:  holdfast daemon [OPTIONS]

Run the engine in the foreground. Any other holdfast command starts one in the background where none answers.

Options:
      --config-file string   Configuration file, JSON (default "/etc/holdfast/daemon.json")
      --data-root string     What is to last: volumes, images, containers (default "/var/lib/holdfast")
  -D, --debug                Log at level debug
      --exec-root string     What a reboot may take: sockets, bundles, runtime state (default "/run/holdfast")
  -G, --group string         Group that may use the socket (default "docker" where there is one, else root)
  -H, --host list            Where to serve: unix:///path, or tcp://address:port with --tlsverify; may be repeated
                             (default "unix:///run/holdfast/holdfast.sock")
      --label list           Label of this daemon, key=value, shown by holdfast info; may be repeated
      --log-driver string    Default driver for container logs: json-file, local or none (default "json-file")
  -l, --log-level string     debug, info, warn, error or fatal (default "info")
      --log-opt list         Default log driver options for containers, as max-size=10m and max-file=3; may be repeated
      --metrics-addr string  Serve metrics for Prometheus at http://address:port/metrics too; without an address on
                             127.0.0.1. They are always on the socket, at /holdfast/v1/metrics
      --plugin-dir list      Where volume plugins are found, by socket, .spec or .json; may be repeated
                             (default "/run/docker/plugins", "/etc/docker/plugins" and "/usr/lib/docker/plugins")
  -p, --pidfile string       File for the daemon's pid (default "<exec-root>/holdfast.pid")
      --tlsverify            Let in only clients with a certificate; what tcp:// needs
      --tlscacert string     The authority's certificate, which signs those of clients
      --tlscert string       The daemon's own certificate
      --tlskey string        The key of that
      --trash-auto-removed   Keep anonymous volumes of --rm containers in the trash as well
      --trash-keep age       How long removed volumes are kept: 7d, 12h, or 0 for not at all (default "7d")
      --trash-size size      How much of them: a share of the disk or a size (default "10%")

Environment: HOLDFAST_DATA_ROOT, HOLDFAST_EXEC_ROOT, HOLDFAST_HOST, HOLDFAST_LOG_LEVEL, HOLDFAST_CONFIG.
A flag wins over the environment, the environment over the configuration file, whose keys are data-root, exec-root,
hosts, pidfile, metrics-addr, log-level, labels, plugin-dirs, group, debug, log-driver, log-opts, tlsverify, tlscacert,
tlscert, tlskey, trash-auto-removed, trash-keep and trash-size.

Examples:
  holdfast daemon
  holdfast daemon --data-root /srv/containers
  holdfast daemon -H unix:///run/holdfast/holdfast.sock -H tcp://127.0.0.1:2376 --tlsverify \\
    --tlscacert ca.pem --tlscert cert.pem --tlskey key.pem
  holdfast daemon --data-root /tmp/a --exec-root /tmp/a/run        # a second one, side by side
`;
