export { ApiClient, type ApiClientOptions, type ApiRequest } from './client.ts';
export { Demultiplexer, type StreamSinks } from './demultiplex.ts';
export { DEFAULT_SOCKET, type Endpoint, parseEndpoint, type TlsCredentials } from './endpoint.ts';
export { readText } from './failure.ts';
export type { Hijacked } from './hijack.ts';
export { jsonLines, textLines } from './json-lines.ts';
export { encodeFilters, type FilterArguments, type Query } from './query.ts';
