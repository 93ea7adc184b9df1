import { parseArgs } from 'node:util'
import { UsageError } from './failure.js'

export const USAGE = `usage: modelgraph publish <folder> --url <url> [options]

Publishes the models, versions and subgraph that <folder>/modelgraph.json lists. What is published already is left as it
is, so the command may be repeated.

  --url <url>        where the gateway finds the subgraph, e.g. http://127.0.0.1:4005/graphql
  --gateway <url>    the gateway (default: MODELGRAPH_GATEWAY, else http://127.0.0.1:4000)
  --key-file <file>  file with the team's key, or a dev-keys.json (default: the key in MODELGRAPH_KEY)
  --commit <sha>     commit of the training code, kept with the versions
  --describe <file>  what the subgraph's \`main.js --describe\` printed (default: what schema/ holds)

exit code 0: published; 1: refused, the reason is printed; 2: wrong usage`

export interface PublishCommand {
  readonly folder: string
  readonly subgraphUrl: string
  readonly gateway: string | undefined
  readonly keyFile: string | undefined
  readonly describeFile: string | undefined
  readonly commit: string | undefined
}

/** Reads the arguments. Throws a UsageError for what it does not know. */
export function parseCommand(args: readonly string[]): PublishCommand | 'help' {
  const { positionals, values } = parsed(args)
  const [command, folder, ...rest] = positionals
  if (values.help || command === 'help') return 'help'
  if (command !== 'publish') throw new UsageError(command ? `There is no command ${command}.` : 'Say what to do.')
  if (!folder || rest.length > 0) throw new UsageError('publish takes one folder.')
  const { url, gateway, commit, describe: describeFile, 'key-file': keyFile } = values
  if (url === undefined) throw new UsageError('Say with --url where the gateway finds the subgraph.')
  return {
    folder,
    subgraphUrl: webAddress(url, '--url'),
    gateway: gateway === undefined ? undefined : webAddress(gateway, '--gateway'),
    keyFile,
    describeFile,
    commit,
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        url: { type: 'string' },
        gateway: { type: 'string' },
        'key-file': { type: 'string' },
        describe: { type: 'string' },
        commit: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (cause) {
    throw new UsageError((cause as Error).message)
  }
}

function webAddress(text: string, option: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text
  throw new UsageError(`${option} takes a URL such as http://127.0.0.1:4000, not ${text}.`)
}
