import { type GrpcServer, type GrpcServerOptions, startGrpcServer } from './http2/grpc-server.ts'
import { healthMethods } from './services/health-methods.ts'
import { inferMethods } from './services/infer-methods.ts'
import { modelMethods } from './services/model-methods.ts'
import { repositoryMethods } from './services/repository-methods.ts'
import { serverMethods } from './services/server-methods.ts'
import type { ServiceOptions } from './services/service-options.ts'

export interface GrpcOptions extends ServiceOptions, Omit<GrpcServerOptions, 'methods'> {}

/**
 * Starts a server of the Open Inference Protocol v2 over gRPC, with Triton's extensions and the standard health service.
 * Throws CONFIG_INVALID when its address is taken or is not of this machine.
 */
export function startGrpc(options: GrpcOptions): Promise<GrpcServer> {
  const methods = [
    ...inferMethods(options),
    ...serverMethods(options),
    ...modelMethods(options.models),
    ...repositoryMethods(options.models),
    ...healthMethods(options),
  ]
  return startGrpcServer({ ...options, methods })
}
