/** Lets the rest of the program run while a long computation goes on. @module */

/** Longest time without a breath, in milliseconds: a frame at 60 Hz. */
const longest = 16

/**
 * Makes a function that gives the event loop a turn (timers, signals, input, drawing) when the last turn is long ago.
 * Promises alone never do: their callbacks run before the event loop goes on.
 *
 * @example
 * const breathe = breather()
 * for (const value of values) {
 *   square(value)
 *   await breathe()
 * }
 */
export function breather(): () => Promise<void> {
  let last = performance.now()
  return async () => {
    if (performance.now() - last < longest) return
    await turn()
    last = performance.now()
  }
}

/** `setTimeout` waits at least 4 ms in browsers when nested, and animation frames stop in hidden tabs. */
function turn(): Promise<void> {
  if (typeof setImmediate === 'function') return new Promise((resolve) => setImmediate(resolve))
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
}
