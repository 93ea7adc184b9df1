/** Who may import whom, besides itself: the first segment (for subgraphs, the first two) of a path. Nothing else. */
export const ARROWS: Readonly<Record<string, readonly string[]>> = {
  shared: [],
  gateway: ['shared'],
  cli: ['shared'],
  'subgraphs/registry': ['shared'],
  'subgraphs/patients': ['shared'],
  'subgraphs/diagnostics': ['shared'],
  'subgraphs/vision': ['shared'],
  'subgraphs/fraud': ['shared'],
  deploy: ['shared', 'cli'],
  bench: ['shared', 'deploy'],
}

/** Rooms that may look at every room. */
export const FREE_ROOMS = ['test', 'vitest.config.ts']

/** Folders whose files may import each other in circles, because what they stand for is recursive. */
export const RECURSIVE_FOLDERS = ['subgraphs/registry/store/aggregation/', 'subgraphs/registry/store/query/']

/** One door per vendor: where a package may be imported, as prefixes of paths. Tests are held to `TEST_DOORS` as well. */
export const DOORS: Readonly<Record<string, readonly string[]>> = {
  '@apollo/composition': ['subgraphs/registry/'],
  '@apollo/federation-internals': ['gateway/planner/'],
  '@apollo/gateway': ['gateway/planner/', 'gateway/execution/testing/'],
  '@apollo/query-planner': ['gateway/planner/', 'gateway/execution/', 'gateway/operations/'],
  '@apollo/server': ['gateway/', 'shared/serving/'],
  '@apollo/subgraph': ['shared/serving/', 'gateway/testing/', 'gateway/execution/testing/'],
  '@redis/client': ['gateway/limits/counting/redis/'],
  '@graphql-tools/utils': ['shared/serving/'],
  bson: ['subgraphs/registry/store/'],
  dataloader: ['shared/serving/', 'subgraphs/'],
  graphql: [''],
  'graphql-middleware': ['gateway/'],
  'graphql-scalars': ['shared/', 'subgraphs/'],
  'graphql-shield': ['gateway/'],
  jose: ['gateway/identity/tokens/', 'gateway/testing/'],
  lmdb: ['subgraphs/registry/store/'],
  mingo: ['subgraphs/registry/store/'],
  mongoose: ['subgraphs/registry/'],
  // The baseline is the script without this platform: it must not stand on our door.
  'onnxruntime-node': ['shared/inference/session.ts', 'bench/baseline/main.ts'],
  pino: ['shared/telemetry/log.ts'],
  'prom-client': ['shared/', 'gateway/telemetry/', 'subgraphs/registry/telemetry/'],
  'reflect-metadata': ['shared/', 'subgraphs/'],
  sharp: ['shared/contract/'],
  'type-graphql': ['shared/', 'subgraphs/'],
  undici: ['gateway/', 'shared/control/'],
  zod: [''],
}

/** What tests may import beyond that. */
export const TEST_DOORS: Readonly<Record<string, readonly string[]>> = {
  '@apollo/subgraph': ['test/e2e/'],
  'fast-check': [''],
  'graphql-http': ['gateway/'],
  mongodb: ['subgraphs/registry/'],
  sharp: ['test/', 'shared/contract/', 'subgraphs/vision/'],
  typescript: ['test/'],
  vitest: [''],
}

/** Words that name nothing, anywhere in a name. */
export const BANNED_WORDS = ['util', 'utils', 'helper', 'helpers', 'common', 'misc', 'manager']

/** Longest file that is not a test, in lines. */
export const LONGEST_FILE = 250

/** Files that may write to standard output: main files, which describe or report. */
export const OUTPUT_DOORS = [
  'bench/',
  'cli/main.ts',
  'deploy/',
  'shared/serving/serve.ts',
  'subgraphs/registry/compose-main.ts',
  'subgraphs/registry/main.ts',
]

/** Rooms whose objects live as long as a request. */
export const REQUEST_PATH = [
  'gateway/execution/',
  'gateway/http/',
  'gateway/mesh/',
  'gateway/operations/',
  'shared/http/',
  'shared/inference/',
  'shared/serving/link/',
  'shared/serving/predict/',
  'shared/serving/server/',
]

/** What only tests and measurements import: these folders, and files of this name that are run by hand. */
export const TEST_FOLDERS = ['conformance', 'fixtures', 'testing']
export const MEASUREMENT = 'measure.ts'
