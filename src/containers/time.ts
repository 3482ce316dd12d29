/** Now as Docker writes times: RFC 3339 in UTC with nine digits (the clock here gives three of them). */
export function nowNano(): string {
  return `${new Date().toISOString().slice(0, -1)}000000Z`;
}
