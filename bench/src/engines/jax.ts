/** jax-js on its WebAssembly device. @module */
import { blockUntilReady, defaultDevice, init, type numpy } from '@jax-js/jax'
import type { Engine } from '../engine.ts'
import type { JaxWork } from '../row.ts'
import { sampleOf } from '../spec.ts'

/** jax-js; one thread in Node, which lacks the browsers' `Worker` that it wants. */
export const jaxJs: Engine = {
  name: 'jax-js',
  threads: 1,
  available: async () => {
    const devices = await init('wasm')
    if (!devices.includes('wasm')) return 'it has no WebAssembly device here'
    defaultDevice('wasm')
    return undefined
  },
  declines: ({ jax }) => (jax === undefined ? 'not written for it' : undefined),
  open: async (row) => {
    const work = row.jax!()
    return {
      check: async () => {
        const start = performance.now()
        const outputs = await finished(work)
        const milliseconds = performance.now() - start
        const ours = work.inOurLayout?.(outputs) ?? outputs
        const sample = []
        for (const output of ours) sample.push(sampleOf(await output.data()))
        return { sample, milliseconds }
      },
      time: async (count) => {
        const times = []
        for (let i = 0; i < count; i++) {
          const start = performance.now()
          const outputs = await finished(work)
          times.push(performance.now() - start)
          for (const output of outputs) output.dispose()
        }
        return times
      },
      close: async () => work.dispose(),
    }
  },
  close: async () => undefined,
}

/** It computes when asked to, not before. */
async function finished(work: JaxWork): Promise<numpy.Array[]> {
  const outputs = work.run()
  await blockUntilReady(outputs)
  return outputs
}
