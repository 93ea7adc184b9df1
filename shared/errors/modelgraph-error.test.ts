import { describe, expect, it } from 'vitest'
import { ModelgraphError } from './modelgraph-error.js'
import { ERRORS } from './table.js'

describe('ModelgraphError', () => {
  it('serialises to message, code and details, never to its cause', () => {
    const cause = new Error('connect ECONNREFUSED secret-host')
    const error = new ModelgraphError(
      'SUBGRAPH_UNAVAILABLE',
      'Subgraph fraud did not answer.',
      { subgraph: 'fraud' },
      cause,
    )

    expect(JSON.parse(JSON.stringify(error))).toEqual({
      message: 'Subgraph fraud did not answer.',
      extensions: { code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'fraud' },
    })
    expect(error.originalError).toBe(cause)
  })

  it('answers what the table says about its code', () => {
    const error = new ModelgraphError('OVERLOADED', 'The queue is full.', { retryAfterMs: 20 })
    expect([error.retryable, error.httpStatus]).toEqual([ERRORS.OVERLOADED.retryable, ERRORS.OVERLOADED.http])
  })

  it('keeps a cause that is no Error', () => {
    expect(new ModelgraphError('INFERENCE_FAILED', 'The run failed.', {}, 'out of memory').originalError?.message).toBe(
      'out of memory',
    )
  })
})
