export { type ServiceControl, serviceControlOf } from './service-control.ts'
export { type Koffi, runAsService, SERVICE_STATUS, type ServiceRuntime } from './service-runtime.ts'
