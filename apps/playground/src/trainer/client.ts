/** The page's side of a worker. @module */
import { type Remote, transfer, wrap } from 'comlink'
import type { News, Opening, Ready, Trainer } from './protocol.ts'

/** A worker that trains one page's runs. */
export interface Client {
  readonly trainer: Remote<Trainer>
  /** Begins a run; news of runs before are dropped. */
  open(opening: Opening): Promise<Ready>
  /** The last picture is painted, and the next is welcome. */
  credit(): void
  /** Ends the run and frees its memory, all of it. */
  close(): Promise<{ tensors: number }>
}

const patience = (): Promise<{ tensors: number }> =>
  new Promise((resolve) => setTimeout(resolve, 3000, { tensors: Number.NaN }))

/** Starts a worker. */
export function client(hear: (news: News) => void): Client {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'trainer' })
  const trainer = wrap<Trainer>(worker)
  let port: MessagePort | undefined
  worker.onerror = (event) => {
    event.preventDefault()
    hear({ type: 'fault', code: 'worker', message: event.message || 'the worker could not be loaded' })
  }
  return {
    trainer,
    open(opening) {
      port?.close()
      const { port1, port2 } = new MessageChannel()
      port = port1
      port1.onmessage = ({ data }: MessageEvent<News>) => hear(data)
      return trainer.open(opening, transfer(port2, [port2]))
    },
    credit: () => port?.postMessage({ type: 'credit' }),
    async close() {
      // One whose device is lost may never answer.
      const left = await Promise.race([trainer.close(), patience()])
      port?.close()
      worker.terminate()
      return left
    },
  }
}
