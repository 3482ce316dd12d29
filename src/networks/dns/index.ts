export { NameServer, nameServerProgram } from './name-server.ts';
export { checkNames, type Zone } from './zone.ts';
