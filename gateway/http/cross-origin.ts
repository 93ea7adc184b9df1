import type { Exchange } from './exchange.js'
import type { Route } from './routes.js'

/** How long a browser may remember what it was told before a call, in seconds. */
const PREFLIGHT_AGE_S = 600

/**
 * Answers what browsers ask before a page calls from another origin. They ask without the key, so nothing can depend on the
 * client; whether its pages may call is decided by the call itself, whose answer others cannot read.
 */
export const preflightRoute: Route = {
  methods: ['OPTIONS'],
  path: '/graphql',
  open: true,
  answer: ({ request }) => ({
    status: 200,
    body: '',
    headers: {
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers':
        request.headers['access-control-request-headers'] ?? 'authorization, content-type',
      'access-control-max-age': String(PREFLIGHT_AGE_S),
    },
  }),
}

/** Lets the page that asked read the answer, unless its origin was refused. No cookies are ever taken. */
export function crossOriginHeaders({
  request,
  route,
  isForeign,
}: Exchange): Readonly<Record<string, string>> | undefined {
  const { origin } = request.headers
  if (origin === undefined || route !== '/graphql' || isForeign) return undefined
  return { 'access-control-allow-origin': origin, 'access-control-expose-headers': '*', vary: 'origin' }
}
