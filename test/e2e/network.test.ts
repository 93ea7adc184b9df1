import { afterAll, beforeAll, vi } from 'vitest'
import { startTestNetwork, stopTestNetwork } from './network.js'
import './suites/graph.js'
import './suites/rows.js'
import './suites/bad-input.js'
import './suites/prediction-log.js'
import './suites/faults.js'
import './suites/publish.js'
import './suites/publish-versions.js'
import './suites/traffic.js'
import './suites/rollouts.js'
import './suites/canary.js'
// Stops the network, and starts it again as it was.
import './suites/launcher.js'

// Load from elsewhere may make a suite long; nothing waits for this when the machine is calm.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

beforeAll(startTestNetwork)
afterAll(stopTestNetwork)
