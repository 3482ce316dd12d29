/** A bridge as the packet filter sees it. */
export interface FilteredBridge {
  bridge: string;
  /** CIDR form, of both families. */
  subnets: readonly string[];
  internal: boolean;
  /** Its containers may talk to each other. */
  talkative: boolean;
  /** What leaves it gets the host's address. */
  masquerade: boolean;
}

/** A port of this host that leads to a container. */
export interface Forward {
  protocol: 'tcp' | 'udp';
  /** Address of the host, of the same family as the container's; "" for any. */
  hostIp: string;
  hostPort: number;
  containerIp: string;
  containerPort: number;
}

/**
 * The engine's own table of nftables, whole, replacing what it was before in one transaction.
 *
 * What reaches a bridge from elsewhere is dropped unless it answers, or came by a published port; so networks are apart from
 * each other, and a neighbour on the host's network cannot route into them. Ports are found in maps, so that a packet meets
 * the same few rules however many there are.
 */
export function firewallRules(table: string, bridges: readonly FilteredBridge[], forwards: readonly Forward[]): string {
  return `table inet ${table}
delete table inet ${table}
table inet ${table} {
${[4, 6].map((family) => portMaps(family as 4 | 6, forwards)).join('\n')}
  chain publish {
    dnat ip to ip daddr . meta l4proto . th dport map @ports4
    dnat ip to meta l4proto . th dport map @any_ports4
    dnat ip6 to ip6 daddr . meta l4proto . th dport map @ports6
    dnat ip6 to meta l4proto . th dport map @any_ports6
  }
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    fib daddr type local jump publish
  }
  chain output {
    type nat hook output priority -100; policy accept;
    fib daddr type local jump publish
  }
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
${bridges.flatMap(masquerades).map(line).join('')}  }
  chain loopback {
    type filter hook prerouting priority raw; policy accept;
${bridges.map(({ bridge }) => line(`iifname "${bridge}" ip daddr 127.0.0.0/8 drop`)).join('')}  }
  chain forward {
    type filter hook forward priority filter; policy accept;
${bridges.flatMap(filters).map(line).join('')}  }
}
`;
}

const line = (rule: string): string => `    ${rule}\n`;

function portMaps(family: 4 | 6, forwards: readonly Forward[]): string {
  const own = forwards.filter(({ containerIp }) => containerIp.includes(':') === (family === 6));
  const address = family === 4 ? 'ipv4_addr' : 'ipv6_addr';
  const element = (key: string, { protocol, hostPort, containerIp, containerPort }: Forward) =>
    `${key}${protocol} . ${hostPort} : ${containerIp} . ${containerPort}`;
  const any = own.filter(({ hostIp }) => hostIp === '').map((forward) => element('', forward));
  const one = own.filter(({ hostIp }) => hostIp !== '').map((forward) => element(`${forward.hostIp} . `, forward));
  return `${portMap(`ports${family}`, `${address} . inet_proto . inet_service : ${address} . inet_service`, one)}
${portMap(`any_ports${family}`, `inet_proto . inet_service : ${address} . inet_service`, any)}`;
}

function portMap(name: string, type: string, elements: readonly string[]): string {
  const list = elements.length === 0 ? '' : `    elements = { ${elements.join(', ')} }\n`;
  return `  map ${name} {\n    type ${type}\n${list}  }`;
}

/** Also for what a container sends to itself or a neighbour by way of a published port, and what the host's loopback does. */
function masquerades({ bridge, subnets, internal, masquerade }: FilteredBridge): string[] {
  const rules = subnets.flatMap((subnet) => {
    const family = subnet.includes(':') ? 'ip6' : 'ip';
    const outward = internal || !masquerade ? [] : [`${family} saddr ${subnet} oifname != "${bridge}" masquerade`];
    return [...outward, `${family} saddr ${subnet} oifname "${bridge}" ct status dnat masquerade`];
  });
  return [...rules, `ip saddr 127.0.0.0/8 oifname "${bridge}" masquerade`];
}

function filters({ bridge, internal, talkative }: FilteredBridge): string[] {
  const inside = `iifname "${bridge}" oifname "${bridge}" ${talkative ? 'accept' : 'ct status dnat accept'}`;
  if (internal) return [inside, `oifname "${bridge}" drop`, `iifname "${bridge}" drop`];
  return [
    `oifname "${bridge}" ct state established,related accept`,
    inside,
    `oifname "${bridge}" ct status dnat accept`,
    `oifname "${bridge}" drop`,
  ];
}
