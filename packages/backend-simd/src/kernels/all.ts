/** Every fast kernel. A new family is added here. @module */
import type { KernelConfig } from '@tensorflow/tfjs-core'
import { adamWKernels } from './adam-w.ts'
import { attentionKernels } from './attention.ts'
import { batchNormKernels } from './batch-norm.ts'
import { binaryKernels } from './binary.ts'
import { concatKernels } from './concat.ts'
import { convolutionKernels } from './convolution.ts'
import { depthwiseKernels } from './depthwise.ts'
import { foldKernels } from './fold.ts'
import { gatherKernels } from './gather.ts'
import { groupNormKernels } from './group-norm.ts'
import { lerpKernels } from './lerp.ts'
import { matMulKernels } from './matmul.ts'
import { maxPoolKernels } from './max-pool.ts'
import { movementKernels } from './movement.ts'
import { normalizeKernels } from './normalize.ts'
import { philoxKernels } from './philox.ts'
import { resampleKernels } from './resample.ts'
import { scanKernels } from './scan.ts'
import { selectKernels } from './select.ts'
import { siluKernels } from './silu.ts'
import { splineKernels } from './spline.ts'
import { sumKernels } from './sum.ts'
import { unaryKernels } from './unary.ts'
import { viewKernels } from './views.ts'

/** Operations of `@gen/backend` that tfjs lacks. */
const genKernels: KernelConfig[] = [
  ...adamWKernels,
  ...attentionKernels,
  ...batchNormKernels,
  ...groupNormKernels,
  ...lerpKernels,
  ...philoxKernels,
  ...siluKernels,
  ...splineKernels,
]

/** The fast kernels; tfjs-backend-cpu's fill the rest. */
export const fastKernels: KernelConfig[] = [
  ...genKernels,
  ...binaryKernels,
  ...concatKernels,
  ...convolutionKernels,
  ...depthwiseKernels,
  ...foldKernels,
  ...gatherKernels,
  ...maxPoolKernels,
  ...matMulKernels,
  ...movementKernels,
  ...normalizeKernels,
  ...resampleKernels,
  ...scanKernels,
  ...selectKernels,
  ...sumKernels,
  ...unaryKernels,
  ...viewKernels,
]
