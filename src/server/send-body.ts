import type { ServerResponse } from 'node:http';

/** Answers with a whole body, which goes in one write with its head. */
export function sendBody(
  response: ServerResponse,
  { status, type, body }: { status: number; type: string; body: string },
): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) }).end(body);
}
