/** A port as GET /containers/json has it. */
export interface ListedPort {
  IP?: string;
  PrivatePort: number;
  PublicPort?: number;
  Type: string;
}

/** A run of neighbouring ports that are shown as one. */
interface Span {
  ip: string;
  protocol: string;
  private: [first: number, last: number];
  public: [first: number, last: number] | undefined;
}

/** Ports on one line, neighbours joined: "53/udp, 443-444/tcp, 0.0.0.0:8080->80/tcp". Unpublished ones come first. */
export function portText(ports: readonly ListedPort[]): string {
  const ordered = ports.toSorted(byPort);
  const unpublished: Span[] = [];
  const published: Span[] = [];
  for (const port of ordered) {
    const spans = port.PublicPort === undefined || port.PublicPort === 0 ? unpublished : published;
    const open = spans.findLast((span) => continues(span, port));
    if (open === undefined) spans.push(spanOf(port));
    else extend(open);
  }
  return [...unpublished, ...published].map(spanText).join(', ');
}

function spanOf({ IP = '', PrivatePort, PublicPort, Type }: ListedPort): Span {
  const isPublic = PublicPort !== undefined && PublicPort !== 0;
  return {
    ip: IP,
    protocol: Type,
    private: [PrivatePort, PrivatePort],
    public: isPublic ? [PublicPort, PublicPort] : undefined,
  };
}

function continues(span: Span, { IP = '', PrivatePort, PublicPort, Type }: ListedPort): boolean {
  const isNext = span.ip === IP && span.protocol === Type && span.private[1] + 1 === PrivatePort;
  return isNext && (span.public === undefined || span.public[1] + 1 === PublicPort);
}

function extend(span: Span): void {
  span.private[1] += 1;
  if (span.public !== undefined) span.public[1] += 1;
}

function spanText({ ip, protocol, private: inside, public: outside }: Span): string {
  const target = `${range(inside)}/${protocol}`;
  if (outside === undefined) return target;
  const host = ip.includes(':') ? `[${ip}]` : ip;
  return `${host === '' ? '' : `${host}:`}${range(outside)}->${target}`;
}

function range([first, last]: [number, number]): string {
  return first === last ? String(first) : `${first}-${last}`;
}

function byPort(left: ListedPort, right: ListedPort): number {
  if (left.PrivatePort !== right.PrivatePort) return left.PrivatePort - right.PrivatePort;
  const [leftIp, rightIp] = [left.IP ?? '', right.IP ?? ''];
  if (leftIp !== rightIp) return leftIp < rightIp ? -1 : 1;
  if (left.PublicPort !== right.PublicPort) return (left.PublicPort ?? 0) - (right.PublicPort ?? 0);
  return left.Type < right.Type ? -1 : left.Type > right.Type ? 1 : 0;
}
