import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'

/** An error that HTTP has a nearer status for than the table, such as 415 for a content type. */
export class HttpError extends ModelgraphError {
  constructor(
    readonly status: number,
    message: string,
    code: 'BAD_REQUEST' | 'NOT_FOUND' = 'BAD_REQUEST',
  ) {
    super(code, message)
  }
}
