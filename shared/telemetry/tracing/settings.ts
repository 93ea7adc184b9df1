import { z } from 'zod'
import type { TracingSettings } from './tracer.js'

/** OTEL_EXPORTER_OTLP_ENDPOINT: base URL of the receiver. */
export const otlpEndpoint = z
  .url({ protocol: /^https?$/, error: 'expected the URL of an OTLP receiver over HTTP, e.g. http://127.0.0.1:4318' })
  .optional()

/** OTEL_EXPORTER_OTLP_HEADERS: `name=value,name=value`, values percent-encoded. */
export const otlpHeaders = z
  .string()
  .regex(/^(\s*[\w-]+=[^,\s]*\s*(,|$))*$/, 'expected name=value pairs separated by commas')
  .default('')

/** OTEL_TRACES_SAMPLER_ARG: share of traces begun here. */
export const tracesRatio = z.coerce
  .number('expected a share from 0 to 1')
  .min(0, 'expected a share from 0 to 1')
  .max(1, 'expected a share from 0 to 1')
  .default(1)

export interface GivenTracing {
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined
  readonly OTEL_EXPORTER_OTLP_HEADERS: string
  readonly OTEL_TRACES_SAMPLER_ARG: number
}

/** Where traces go; undefined where nothing is traced. */
export function tracingOf(given: GivenTracing): TracingSettings | undefined {
  const endpoint = given.OTEL_EXPORTER_OTLP_ENDPOINT
  if (endpoint === undefined) return undefined
  const pairs = given.OTEL_EXPORTER_OTLP_HEADERS.split(',').filter(Boolean)
  const headers = Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      return [pair.slice(0, at).trim(), decoded(pair.slice(at + 1).trim())]
    }),
  )
  return { endpoint, headers, ratio: given.OTEL_TRACES_SAMPLER_ARG }
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
