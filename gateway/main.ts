import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { PROJECT_ROOT } from '../shared/process/project-root.js'
import { runProcess } from '../shared/process/run.js'
import { createLog } from '../shared/telemetry/log.js'
import { readGatewayConfig } from './config.js'
import { readHouseOperations } from './delivery/house-operations.js'
import { startGateway } from './gateway.js'
import { Planner } from './planner/planner.js'
import { NAMED_RULES, OPERATOR_RULES } from './policy/rules.js'
import { rehearse } from './rehearsal/rehearse.js'

// Bodies lie outside of the heap and are soon gone, but V8 counts them as growth of a heap that hardly grows, and would mark all
// of it every few dozen large requests. It may grow to twice what is alive before that.
setFlagsFromString('--heap-growing-percent=100')

await runProcess('gateway', async () => {
  const config = readGatewayConfig()
  const log = createLog('gateway', config.logLevel)
  await rehearse(log)
  const planner = new Planner()
  const gateway = await startGateway(config, {
    log,
    now: Date.now,
    pause: (ms, signal) => wait(ms, undefined, { signal }).catch(() => {}),
    planner,
    random: Math.random,
    houseOperations: readHouseOperations(join(PROJECT_ROOT, 'schema', 'operations')),
    rules: { named: NAMED_RULES, operator: OPERATOR_RULES },
  })
  const close = async () => {
    await gateway.close()
    await planner.close()
  }
  return { url: gateway.url, close }
})
