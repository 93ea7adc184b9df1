/**
 * Every error a caller can meet, once. `docs/errors.md` is checked against this table by a test.
 *
 * `http` is the status of a response that holds nothing but this error; `retryable` tells whether the same request may
 * succeed later unchanged; `actor` is who has to act.
 */
export const ERRORS = {
  UNAUTHENTICATED: {
    meaning: 'No key or token, or one that is unknown, expired, revoked or forged.',
    http: 401,
    retryable: false,
    actor: 'caller',
  },
  FORBIDDEN: {
    meaning: 'The caller is known, but holds no grant for what it asked.',
    http: 403,
    retryable: false,
    actor: 'caller',
  },
  OPERATION_NOT_ALLOWED: {
    meaning: 'The client may send safelisted operations only, and this is none of them.',
    http: 403,
    retryable: false,
    actor: 'caller',
  },
  PERSISTED_QUERY_NOT_FOUND: {
    meaning: 'Nobody has sent the text of this persisted query; send it along once.',
    http: 200,
    retryable: false,
    actor: 'caller',
  },
  BAD_REQUEST: {
    meaning: 'The HTTP request is not a GraphQL request: malformed JSON, a wrong content type, no query.',
    http: 400,
    retryable: false,
    actor: 'caller',
  },
  PAYLOAD_TOO_LARGE: {
    meaning: 'The request body is larger than the limit.',
    http: 413,
    retryable: false,
    actor: 'caller',
  },
  GRAPHQL_PARSE_FAILED: {
    meaning: 'The document is not GraphQL.',
    http: 400,
    retryable: false,
    actor: 'caller',
  },
  GRAPHQL_VALIDATION_FAILED: {
    meaning: 'The document does not fit the graph: an unknown field, a missing argument, a literal of the wrong type.',
    http: 400,
    retryable: false,
    actor: 'caller',
  },
  COST_LIMIT_EXCEEDED: {
    meaning: 'The operation is deeper, wider or longer than the limit, costs more, or asks for more predictions.',
    http: 400,
    retryable: false,
    actor: 'caller',
  },
  RATE_LIMITED: {
    meaning: 'The client, or all clients of a model together, ask more often than agreed; `policy` names which.',
    http: 429,
    retryable: true,
    actor: 'caller',
  },
  QUOTA_EXCEEDED: {
    meaning: "The client's predictions of this period are used up; `resetsAt` tells when the next one begins.",
    http: 429,
    retryable: true,
    actor: 'caller',
  },
  BAD_USER_INPUT: {
    meaning: 'A value does not fit the contract; the message names the path, the expectation and what came.',
    http: 200,
    retryable: false,
    actor: 'caller',
  },
  NOT_FOUND: {
    meaning: 'What the request names does not exist, and it is neither a model nor a version.',
    http: 200,
    retryable: false,
    actor: 'caller',
  },
  MODEL_NOT_FOUND: {
    meaning: 'No such model, model version or alias.',
    http: 200,
    retryable: false,
    actor: 'caller',
  },
  MODEL_RETIRED: {
    meaning: 'The sunset of the model or version has come; the message names what replaces it.',
    http: 200,
    retryable: false,
    actor: 'caller',
  },
  VERSION_NOT_READY: {
    meaning: 'The model version exists, but this subgraph has not loaded it.',
    http: 503,
    retryable: true,
    actor: 'model team',
  },
  OVERLOADED: {
    meaning: 'The queue is full; the request was refused at once. `retryAfterMs` tells when to come back.',
    http: 503,
    retryable: true,
    actor: 'caller',
  },
  DEADLINE_EXCEEDED: {
    meaning: 'The answer was not there before the deadline.',
    http: 504,
    retryable: true,
    actor: 'model team',
  },
  INFERENCE_FAILED: {
    meaning: 'The runtime failed on this row.',
    http: 200,
    retryable: false,
    actor: 'model team',
  },
  INVALID_PREDICTION: {
    meaning: 'The model answered something its contract does not allow: not finite, or out of range.',
    http: 200,
    retryable: false,
    actor: 'model team',
  },
  INVALID_ARTIFACT: {
    meaning: 'The artifact is not an ONNX model that the runtime can load, or its bytes do not match their sha-256.',
    http: 200,
    retryable: false,
    actor: 'model team',
  },
  CONTRACT_MISMATCH: {
    meaning: "The artifact's signature or answers do not fit the contract; both sides are in the message.",
    http: 200,
    retryable: false,
    actor: 'model team',
  },
  CONFLICT: {
    meaning: 'Somebody else changed it first, or it exists with other content.',
    http: 200,
    retryable: false,
    actor: 'caller',
  },
  SUBGRAPH_UNAVAILABLE: {
    meaning: 'The subgraph behind this field did not answer.',
    http: 200,
    retryable: true,
    actor: 'model team',
  },
  REGISTRY_UNAVAILABLE: {
    meaning: 'The registry did not answer and nothing is remembered that could answer instead.',
    http: 503,
    retryable: true,
    actor: 'admin',
  },
  ISSUER_UNAVAILABLE: {
    meaning: 'The issuer of a token did not answer with its keys, and none are remembered.',
    http: 503,
    retryable: true,
    actor: 'admin',
  },
  INTERNAL_SERVER_ERROR: {
    meaning: 'A fault of ours. The cause is in the log under the request id, never in the answer.',
    http: 500,
    retryable: false,
    actor: 'admin',
  },
} as const satisfies Record<string, ErrorEntry>

export interface ErrorEntry {
  readonly meaning: string
  readonly http: number
  readonly retryable: boolean
  readonly actor: 'caller' | 'model team' | 'admin'
}

export type ErrorCode = keyof typeof ERRORS
