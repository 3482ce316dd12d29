export { PluginDrivers } from './plugin-drivers.ts';
