/** What is measured. @module */
import type { numpy } from '@jax-js/jax'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Spec } from './spec.ts'

/** Prepared work on one engine. */
export interface Work<T> {
  /** Does it once; the outputs are the caller's. */
  run(): T[]
  dispose(): void
}

/** Work on jax-js, whose images have their channels second. */
export interface JaxWork extends Work<numpy.Array> {
  /** The outputs in our layout, for the comparison; not timed. */
  inOurLayout?(outputs: numpy.Array[]): numpy.Array[]
}

/** What the PyTorch peer needs to do the same: plain JSON. */
export interface PeerTask {
  /** Name of a function of the peer. */
  readonly task: string
  readonly inputs: Readonly<Record<string, Spec>>
  /** Trained parameters, for training steps. */
  readonly parameters?: Readonly<Record<string, Spec>>
  readonly attributes?: Readonly<Record<string, unknown>>
}

/** One line of work, on the same numbers in every engine. */
export interface Row {
  /** Short, to choose it on the command line. */
  readonly id: string
  readonly name: string
  readonly group: 'ops' | 'steps'
  /** Whether gradients are taken: tfjs-wasm has none of convolutions. */
  readonly gradient: boolean
  /** Whether it computes on the CPU by itself, so that one line of ours says all. @default false */
  readonly ownBackend?: boolean
  /** Whether the peer can give its network to onnxruntime. @default false */
  readonly exported?: boolean
  /** Runs before the timing, whose outputs are compared. */
  readonly warmUps: number
  /** On the running tfjs backend. */
  tfjs(): Work<Tensor>
  jax?(): JaxWork
  /** Called while a tfjs backend runs. */
  peer(): PeerTask
}
