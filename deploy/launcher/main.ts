import { ConfigError } from '../../shared/config/read.js'
import { isRunByNpm, type LauncherConfig, readLauncherConfig, settingsForProcesses } from './config.js'
import { readyMessage } from './message.js'
import { type Network, startNetwork } from './network.js'
import { StartFailure } from './start-failure.js'
import { parentOfShell, stopSignal, watchNpm } from './stop-signal.js'

const say = (line: string) => void process.stdout.write(`${line}\n`)

const stop = stopSignal(process, () => performance.now())
if (isRunByNpm()) watchNpm(process, parentOfShell, () => process.emit('SIGTERM'))
stop.addEventListener('abort', () => say('Stopping …'))
await main(stop)
process.exit()

async function main(stop: AbortSignal): Promise<void> {
  try {
    const network = await start(readLauncherConfig(), stop)
    await aborted(stop)
    await network.stop()
  } catch (error) {
    if (stop.aborted) return
    process.exitCode = 1
    process.stderr.write(`${isSentence(error) ? error.message : `The start failed: ${(error as Error).stack}`}\n`)
  }
}

async function start(config: LauncherConfig, signal: AbortSignal): Promise<Network> {
  say('Starting …')
  const network = await startNetwork({
    ...config,
    ...settingsForProcesses(),
    say,
    signal,
  })
  say(readyMessage(network, performance.now() / 1000))
  return network
}

function isSentence(error: unknown): error is Error {
  return error instanceof StartFailure || error instanceof ConfigError
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
