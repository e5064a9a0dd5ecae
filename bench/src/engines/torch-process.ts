/** A Python process with PyTorch that answers in lines of JSON. @module */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { torchPeer } from '../folders.ts'

/** What the peer is asked to do. */
export interface Request {
  readonly command: 'info' | 'open' | 'check' | 'time' | 'close' | 'memory'
  readonly [argument: string]: unknown
}

/** A running peer. */
export interface TorchProcess {
  /** Rejects with the peer's own error. */
  ask<A>(request: Request): Promise<A>
  end(): void
}

type Reply = { value: unknown } | { error: string }

/** Starts the peer; `GEN_BENCH_PYTHON` names the Python, which needs torch. */
export function startTorch(threads: number): TorchProcess {
  const python = process.env.GEN_BENCH_PYTHON ?? 'python3'
  const env = { ...process.env, OMP_NUM_THREADS: String(threads), MKL_NUM_THREADS: String(threads) }
  const child = spawn(python, [torchPeer], { stdio: ['pipe', 'pipe', 'pipe'], env })
  const waiting: { resolve(value: unknown): void; reject(error: Error): void }[] = []
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => {
    const reply = JSON.parse(line) as Reply
    const asked = waiting.shift()
    if ('error' in reply) asked?.reject(new Error(reply.error))
    else asked?.resolve(reply.value)
  })
  whenDead(child, (reason) => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`${python}: ${reason}`))
  })
  return {
    ask: <A>(request: Request) =>
      new Promise<A>((resolve, reject) => {
        if (child.exitCode !== null) return reject(new Error(`${python} has ended`))
        waiting.push({ resolve: (value) => resolve(value as A), reject })
        child.stdin.write(`${JSON.stringify(request)}\n`)
      }),
    end: () => child.stdin.end(),
  }
}

function whenDead(child: ChildProcess, tell: (reason: string) => void): void {
  let complaint = ''
  child.stderr?.on('data', (text: Buffer) => {
    complaint = `${complaint}${text}`.slice(-2000)
  })
  // Without a reader the pipe to a dead process breaks; `close` tells the story.
  child.stdin?.on('error', () => undefined)
  child.on('error', (error) => tell(error.message))
  child.on('close', (code) => tell(complaint.trim().split('\n').at(-1) || `ended with ${code}`))
}
