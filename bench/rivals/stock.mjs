// Apollo Gateway as its own manual starts it: standalone server, default data source, nothing but the supergraph given.
import { readFileSync } from 'node:fs'
import { ApolloGateway } from '@apollo/gateway'
import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'

const supergraphSdl = readFileSync(process.argv[2], 'utf8')
const server = new ApolloServer({ gateway: new ApolloGateway({ supergraphSdl }) })
const { url } = await startStandaloneServer(server, { listen: { host: '127.0.0.1', port: 0 } })
process.send({ type: 'ready', url })
process.on('disconnect', () => process.exit(0))
