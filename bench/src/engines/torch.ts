/** PyTorch in a process of its own per number of threads. @module */
import type { Checked, Engine, Session } from '../engine.ts'
import { startTorch, type TorchProcess } from './torch-process.ts'

/**
 * `eager`: PyTorch as everybody writes it. `channels-last`: images in that memory format, and the fused AdamW: what the
 * manual advises on a CPU. `onnxruntime`: the network as PyTorch exports it, run by onnxruntime, where a row has one without
 * gradients.
 */
export type TorchVariant = 'eager' | 'channels-last' | 'onnxruntime'

const names = { eager: 'torch', 'channels-last': 'torch-cl', onnxruntime: 'onnx' } as const

const processes = new Map<number, TorchProcess>()
let sessions = 0

let version: string | undefined

/** PyTorch's version, once it has been found. */
export function torchVersion(): string | undefined {
  return version
}

/** PyTorch with that many threads. */
export function torch(threads: number, variant: TorchVariant): Engine {
  return {
    name: `${names[variant]}-${threads}`,
    threads,
    available: async () => {
      try {
        version = await processFor(threads).ask<string>({ command: 'info', variant })
        return undefined
      } catch (error) {
        if (variant === 'onnxruntime') return (error as Error).message
        processes.delete(threads)
        return `${(error as Error).message}; set GEN_BENCH_PYTHON to a Python with torch`
      }
    },
    declines: ({ exported = false }) => (variant === 'onnxruntime' && !exported ? 'no network to export' : undefined),
    open: async (row): Promise<Session> => {
      const peer = processFor(threads)
      const session = sessions++
      await peer.ask({ command: 'open', session, variant, ...row.peer() })
      return {
        check: () => peer.ask<Checked>({ command: 'check', session }),
        time: (count) => peer.ask<number[]>({ command: 'time', session, count }),
        close: () => peer.ask<void>({ command: 'close', session }),
      }
    },
    close: async () => {
      processes.get(threads)?.end()
      processes.delete(threads)
    },
  }
}

function processFor(threads: number): TorchProcess {
  const running = processes.get(threads) ?? startTorch(threads)
  processes.set(threads, running)
  return running
}
