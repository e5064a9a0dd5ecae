/** Graphics cards that go away. @module */
import { engine } from '@tensorflow/tfjs-core'

/**
 * Why the device of a running webgpu backend was lost, once it is: a driver that crashed, a card that was taken, a browser that is short
 * of memory. Until then the promise stays open; for backends without a device there is none.
 */
export function lostDevice(): Promise<string> | undefined {
  const { device } = engine().backend as { device?: { lost?: Promise<{ reason: string; message: string }> } }
  return device?.lost?.then(({ reason, message }) => message || reason)
}
