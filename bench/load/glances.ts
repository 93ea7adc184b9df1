/** How long the thread sleeps between two looks at the clock and the connections, in milliseconds. */
const SLEEP_MS = 0.5

/**
 * Keeps the pace of `pace`, but with a thread that sleeps between its looks and then takes all that has come. Latencies
 * are told longer by up to one such sleep. In return the servers lose a core once for many answers instead of once for
 * each: woken for every answer, the load stopped a server that shares its cores a hundred times in one turn of the
 * server's event loop, which clients on machines of their own never do.
 */
export function glance(times: Float64Array, startAt: number, due: (count: number) => void): Promise<void> {
  const never = new Int32Array(new SharedArrayBuffer(4))
  return new Promise((resolve) => {
    let count = 0
    const look = () => {
      const now = performance.timeOrigin + performance.now() - startAt
      while (count < times.length && times[count]! <= now) count++
      due(count)
      if (count === times.length) return resolve()
      Atomics.wait(never, 0, 0, SLEEP_MS)
      setImmediate(look)
    }
    look()
  })
}
