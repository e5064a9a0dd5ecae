/** One backend abstraction for generative models on TensorFlow.js. @module */
import '@tensorflow/tfjs-backend-cpu'
import { registerGradients } from './gradients/register.ts'
import { repairKernels } from './kernels/repair-kernels.ts'

export { backendName, hasKernel } from './backends/active.ts'
export type { BackendBuild } from './backends/builds.ts'
export type { BackendName, BackendOptions } from './backends/names.ts'
export type { BackendThreads } from './backends/threads.ts'
export { type BackendChoice, type PassedOver, useBackend } from './backends/use-backend.ts'
export { breather } from './breathe.ts'
export {
  type ConditionBounds,
  type ConditionTensors,
  conditionRows,
  conditionTensors,
  repeatCondition,
} from './conditions/condition.ts'
export { assertContext, type ContextBounds, checkContext, contextRows } from './conditions/context.ts'
export {
  configFields,
  parseConfig,
  type Registry,
  type RegistryEntry,
  registry,
  registryEntry,
} from './config/registry.ts'
export { assertDiagonalNormal } from './errors/assert-diagonal-normal.ts'
export { assertBatch, type BatchBounds, checkBatch } from './errors/check-batch.ts'
export { checkValues, type ValueBounds } from './errors/check-values.ts'
export {
  assertFinite,
  assertInteger,
  assertNumber,
  assertRank,
  assertShape,
  type IntegerBounds,
  type NumberBounds,
} from './errors/checks.ts'
export { type ErrorCode, GenError, type GenErrorOptions } from './errors/gen-error.ts'
export { type Refusal, refusal } from './errors/refusal.ts'
export { withoutGradient } from './gradients/without-gradient.ts'
export type { Json, JsonObject } from './json.ts'
export { labelsOrDrawn } from './labels/drawn-labels.ts'
export {
  assertLabels,
  checkLabels,
  type LabelBounds,
  type Labels,
  labelList,
  labelTensor,
  poisonUnknown,
} from './labels/labels.ts'
export { allOrNothing, claimWeights } from './memory/building.ts'
export { type InBatchesOptions, inBatches } from './memory/in-batches.ts'
export { type Scope, scope } from './memory/scope.ts'
export { type BatchesOfOptions, type BatchRows, batchesOf, type Shard } from './memory/shard.ts'
export { type AdamWResult, type AdamWState, type AdamWStepOptions, adamWStep } from './ops/adam-w.ts'
export { type AttentionOptions, attention } from './ops/attention.ts'
export { type BatchNormOptions, batchNorm } from './ops/batch-norm.ts'
export { defineOp, type Op, type OpDefinition } from './ops/define-op.ts'
export { type GroupNormOptions, groupNorm } from './ops/group-norm.ts'
export { logSumExp } from './ops/log-sum-exp.ts'
export { silu } from './ops/silu.ts'
export {
  type DrawOptions,
  normalArray,
  type RandintOptions,
  randintArray,
  type UniformOptions,
  uniformArray,
} from './random/arrays.ts'
export { assertKey } from './random/assert-key.ts'
export { type BernoulliOptions, bernoulli, categorical, normal, randint, uniform } from './random/draw.ts'
export { fold, type Key, key, split } from './random/key.ts'
export { permutation, permute } from './random/permutation.ts'
export type { TensorOf } from './random/tensor-of.ts'

registerGradients()
repairKernels('cpu')
