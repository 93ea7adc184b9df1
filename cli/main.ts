#!/usr/bin/env node
import { ConfigError } from '../shared/config/read.js'
import { parseCommand, USAGE } from './command.js'
import { readCliConfig } from './config.js'
import { CommandFailure, UsageError } from './failure.js'
import { createGraphClient } from './graph/client.js'
import { readKey } from './key.js'
import { publishFolder } from './publish/publish.js'

const say = (line: string) => void process.stdout.write(`${line}\n`)

try {
  await run(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof CommandFailure || error instanceof UsageError || error instanceof ConfigError)) throw error
  process.stderr.write(error instanceof UsageError ? `${error.message}\n\n${USAGE}\n` : `${error.message}\n`)
  process.exitCode = error instanceof UsageError ? 2 : 1
}

async function run(args: readonly string[]): Promise<void> {
  const command = parseCommand(args)
  if (command === 'help') return say(USAGE)
  const config = readCliConfig()
  const gatewayUrl = command.gateway ?? config.gatewayUrl
  const key = await readKey(command.keyFile, config.key)
  await publishFolder({ ...command, graph: createGraphClient({ gatewayUrl, key }), say })
}
