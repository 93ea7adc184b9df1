import type { ApolloServerOptionsWithGateway } from '@apollo/server'
import type { RequestContext } from '../request-context.js'

/** What Apollo Server asks of a gateway. */
export type GatewayInterface = ApolloServerOptionsWithGateway<RequestContext>['gateway']

export type SchemaListener = Parameters<GatewayInterface['onSchemaLoadOrUpdate']>[0]

type Loaded = Awaited<ReturnType<GatewayInterface['load']>>

export type GatewayExecutor = NonNullable<Loaded['executor']>

/** A request that Apollo Server has parsed and validated. */
export type GatewayRequest = Parameters<GatewayExecutor>[0]

export type GatewayResult = Awaited<ReturnType<GatewayExecutor>>
