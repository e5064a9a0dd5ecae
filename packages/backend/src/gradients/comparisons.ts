/** Zero gradients for kernels whose results jump: with these, `where(greater(v, 0), …)` has a gradient. @module */
import { type GradConfig, zeros } from '@tensorflow/tfjs-core'

const inputs: Record<string, string[]> = {
  All: ['x'],
  Any: ['x'],
  Equal: ['a', 'b'],
  Greater: ['a', 'b'],
  Less: ['a', 'b'],
  LessEqual: ['a', 'b'],
  LogicalAnd: ['a', 'b'],
  LogicalNot: ['x'],
  LogicalOr: ['a', 'b'],
  NotEqual: ['a', 'b'],
}

/** One configuration per kernel that tfjs has none for. */
export const comparisonGradients: GradConfig[] = Object.entries(inputs).map(([kernelName, inputsToSave]) => ({
  kernelName,
  inputsToSave,
  gradFunc: (_, saved) => Object.fromEntries(inputsToSave.map((name, i) => [name, () => zeros(saved[i]!.shape)])),
}))
