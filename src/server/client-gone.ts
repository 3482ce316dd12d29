import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Aborts when the client of a request has gone: it closed the connection, or its writing side, before the answer was
 * complete. Docker takes either for a cancelled request; on a hijacked connection, where the second means end of input,
 * this is not used.
 */
export function goneSignal(request: IncomingMessage, response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  const { socket } = request;
  const abort = () => gone.abort();
  socket.once('end', abort);
  response.once('close', () => {
    socket.off('end', abort);
    if (!response.writableFinished) abort();
  });
  if (socket.readableEnded || socket.destroyed) abort();
  return gone.signal;
}
