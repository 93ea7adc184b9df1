import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { CommandFailure } from '../failure.js'
import { type OperationName, operationText } from './operations.js'

export interface GraphClientOptions {
  /** Where the gateway listens, e.g. `http://127.0.0.1:4000`. */
  readonly gatewayUrl: string
  readonly key: string
}

/** The graph as the command sees it. Every failure is a CommandFailure that says what was asked and what came back. */
export interface GraphClient {
  /** Sends one of our operations and answers its data. */
  send<Data>(operation: OperationName, variables: Readonly<Record<string, unknown>>): Promise<Data>
  /** Uploads a file under its sha-256 (lower-case hex). */
  upload(sha256: string, path: string): Promise<void>
}

interface GraphAnswer {
  readonly data?: unknown
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[]
}

export function createGraphClient({ gatewayUrl, key }: GraphClientOptions): GraphClient {
  const authorization = `Bearer ${key}`
  return {
    async send<Data>(operation: OperationName, variables: Readonly<Record<string, unknown>>): Promise<Data> {
      const body = JSON.stringify({ query: operationText(operation), operationName: operation, variables })
      const headers = { authorization, 'content-type': 'application/json' }
      const response = await asked(gatewayUrl, '/graphql', { method: 'POST', headers, body })
      return dataOf(operation, response.status, await response.text()) as Data
    },
    async upload(sha256, path) {
      const { size } = await stat(path)
      const response = await asked(gatewayUrl, `/artifacts/${sha256}`, {
        method: 'PUT',
        headers: { authorization, 'content-type': 'application/octet-stream', 'content-length': String(size) },
        body: Readable.toWeb(createReadStream(path)) as ReadableStream,
        duplex: 'half',
      })
      const text = await response.text()
      if (!response.ok) throw new CommandFailure(`${path} was not accepted: ${reasonsIn(text) || response.statusText}`)
    },
  }
}

async function asked(gatewayUrl: string, path: string, request: RequestInit & { duplex?: 'half' }): Promise<Response> {
  try {
    return await fetch(new URL(path, gatewayUrl), request)
  } catch (cause) {
    const { cause: reason, message } = cause as Error
    throw new CommandFailure(
      `No gateway answers at ${gatewayUrl} (${reason instanceof Error ? reason.message : message}); start it or name another with --gateway.`,
    )
  }
}

function dataOf(operation: OperationName, status: number, text: string): unknown {
  const reasons = reasonsIn(text)
  if (reasons) throw new CommandFailure(`${operation} was refused: ${reasons}`)
  const { data } = (parsed(text) ?? {}) as GraphAnswer
  if (!data) throw new CommandFailure(`${operation} had no answer (HTTP status ${status}); is this URL a gateway's?`)
  return data
}

/** The errors of an answer, in a line each with its code; empty when there are none. */
function reasonsIn(text: string): string {
  const { errors = [] } = (parsed(text) ?? {}) as GraphAnswer
  return errors.map(({ message, extensions }) => `${message} (${extensions?.code ?? 'no code'})`).join('\n')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
