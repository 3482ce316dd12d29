export { type MetricsAddress, MetricsPort } from './metrics-port.ts';
export { RequestMeter, type RouteReading } from './request-meter.ts';
export type {
  ActivityAnswer,
  ForecastAnswer,
  SeeingBackend,
  VolumeViewAnswer,
} from './routes/holdfast/seeing-backend.ts';
export type { ImagesBackend } from './routes/images/backend.ts';
export type { NetworksBackend } from './routes/networks/backend.ts';
export type { EngineVersion, SystemBackend, SystemFacts } from './routes/system/backend.ts';
export { type ApiServer, createServer } from './server.ts';
export type { TcpAddress, TlsFiles } from './tcp-address.ts';
