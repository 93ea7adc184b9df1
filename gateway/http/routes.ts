import type { Exchange, HttpAnswer } from './exchange.js'

/** One place of the gateway's HTTP side. */
export interface Route {
  readonly methods: readonly string[]
  /** As in `/graphql`; the last segment may be a parameter, as in `/artifacts/:sha256`. */
  readonly path: string
  /** True where nobody has to say who they are. */
  readonly open?: boolean
  answer(exchange: Exchange): HttpAnswer | Promise<HttpAnswer>
}

/** Finds routes by method and path. */
export class Routes {
  private readonly exact = new Map<string, Route>()
  private readonly folders = new Map<string, Route>()

  constructor(routes: readonly Route[]) {
    for (const route of routes) for (const method of route.methods) this.add(method, route)
  }

  find(method: string | undefined, path: string): Route | undefined {
    return this.exact.get(`${method} ${path}`) ?? this.folders.get(`${method} ${folderOf(path)}`)
  }

  private add(method: string, route: Route): void {
    const isFolder = lastSegment(route.path).startsWith(':')
    if (isFolder) this.folders.set(`${method} ${folderOf(route.path)}`, route)
    else this.exact.set(`${method} ${route.path}`, route)
  }
}

/** The parameter of a path whose route ends in one: all that follows the last slash. */
export function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1)
}
