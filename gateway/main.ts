import { setTimeout as wait } from 'node:timers/promises'
import { runProcess } from '../shared/process/run.js'
import { createLog } from '../shared/telemetry/log.js'
import { readGatewayConfig } from './config.js'
import { startGateway } from './gateway.js'
import { Planner } from './planner/planner.js'
import { NAMED_RULES, OPERATOR_RULES } from './policy/rules.js'

await runProcess('gateway', async () => {
  const config = readGatewayConfig()
  const planner = new Planner()
  const gateway = await startGateway(config, {
    log: createLog('gateway', config.logLevel),
    now: Date.now,
    pause: (ms, signal) => wait(ms, undefined, { signal }).catch(() => {}),
    planner,
    random: Math.random,
    rules: { named: NAMED_RULES, operator: OPERATOR_RULES },
  })
  const close = async () => {
    await gateway.close()
    await planner.close()
  }
  return { url: gateway.url, close }
})
