export { type Forecast, Forecaster, type Room } from './forecaster.ts';
