/** All engines, in the order in which they take turns. @module */
import type { Engine } from '../engine.ts'
import { jaxJs } from './jax.ts'
import { simd, tfjsCpu, tfjsWasm, tfjsWasmRepaired } from './tfjs.ts'
import { torch } from './torch.ts'

/** The names that ratios refer to. */
export const ours = 'simd-2'
/** The peer to be as good as. */
export const peer = 'torch-2'

/** Ours, then the peers. */
export const engines: readonly Engine[] = [
  simd(1),
  simd(2),
  torch(1, 'eager'),
  torch(2, 'eager'),
  torch(1, 'channels-last'),
  torch(2, 'channels-last'),
  torch(1, 'onnxruntime'),
  torch(2, 'onnxruntime'),
  tfjsWasm,
  tfjsWasmRepaired,
  jaxJs,
  tfjsCpu,
]
