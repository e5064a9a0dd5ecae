/** Backends of TensorFlow.js, which share the process. @module */
import { useBackend } from '@gen/backend'
import { registerSimdBackend, setThreads } from '@gen/backend-simd'
import { dispose, setBackend, type Tensor, tidy, time } from '@tensorflow/tfjs-core'
import { now, processorTime } from '../clock.ts'
import type { Checked, Engine, Session } from '../engine.ts'
import type { Row } from '../row.ts'
import { sampleOf } from '../spec.ts'

interface TfjsEngine {
  name: string
  threads?: number
  /** Makes tfjs use it; rejects where it cannot be had. */
  activate(): Promise<void>
  declines?: Engine['declines']
  /** Whether it is asked for rows that use no backend. @default false */
  first?: boolean
}

/** Longest single run that is worth waiting for, in seconds. */
const patience = 20

/** How `simd` is registered, for the whole process. */
const program = { threads: 2, relaxed: true, wide: true }

/** From now on ours is the build without relaxed SIMD. */
export function withoutRelaxedSimd(): void {
  program.relaxed = false
}

/** From now on ours is a build of 128 bits, also where it could be one of 256. */
export function withoutWideSimd(): void {
  program.wide = false
}

/** Ours on a number of threads; all numbers share one backend. */
export function simd(threads: number): Engine {
  return tfjsEngine({
    name: `simd-${threads}`,
    threads,
    first: threads === 2,
    activate: async () => {
      registerSimdBackend(program)
      await useBackend('simd')
      await setThreads(threads)
    },
  })
}

/** tfjs-backend-cpu, where that takes seconds. */
export const tfjsCpu: Engine = tfjsEngine({
  name: 'tfjs-cpu',
  activate: async () => {
    await useBackend('cpu')
  },
  declines: (_, seconds) => (seconds > patience ? `takes about ${Math.round(seconds)} s` : undefined),
})

/** tfjs-backend-wasm as it is: it cannot train. */
export const tfjsWasm: Engine = tfjsEngine({
  name: 'tfjs-wasm',
  activate: async () => {
    await import('@tensorflow/tfjs-backend-wasm')
    if (!(await setBackend('wasm'))) throw new Error('it did not start')
  },
  declines: ({ gradient }) => (gradient ? 'lacks gradients: see tfjs-wasm+gen' : undefined),
})

/** tfjs-backend-wasm with the gradient kernels that `useBackend('wasm')` composes. */
export const tfjsWasmRepaired: Engine = tfjsEngine({
  name: 'tfjs-wasm+gen',
  activate: async () => {
    await useBackend('wasm')
  },
  declines: ({ gradient }) => (gradient ? undefined : 'the same as tfjs-wasm'),
})

function tfjsEngine({ name, threads = 1, first = false, activate, declines = () => undefined }: TfjsEngine): Engine {
  return {
    name,
    threads,
    declines: (row, seconds) => (row.ownBackend && !first ? 'uses no backend: see simd-2' : declines(row, seconds)),
    available: () => reasonOf(activate()),
    open: async (row) => {
      await activate()
      return session(row, activate)
    },
    close: async () => undefined,
  }
}

async function session(row: Row, activate: () => Promise<void>): Promise<Session> {
  const work = row.tfjs()
  return {
    check: async (): Promise<Checked> => {
      await activate()
      const start = performance.now()
      const outputs = tidy(() => work.run())
      const milliseconds = performance.now() - start
      const sample = outputs.map((output) => sampleOf(output.dataSync()))
      dispose(outputs)
      return { sample, milliseconds }
    },
    time: async (count) => {
      await activate()
      const times: number[] = []
      for (let i = 0; i < count; i++) {
        let outputs: Tensor[] = []
        // tfjs's own clock: it waits for kernels that have begun.
        const before = now()
        const { wallMs } = await time(() => {
          outputs = tidy(() => work.run())
        })
        const passed = now() - before
        dispose(outputs)
        times.push(processorTime ? passed : wallMs)
      }
      return times
    },
    close: async () => {
      await activate()
      work.dispose()
    },
  }
}

async function reasonOf(started: Promise<void>): Promise<string | undefined> {
  try {
    await started
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
