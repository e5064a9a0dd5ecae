/** Products of square matrices. @module */
import { jit, numpy } from '@jax-js/jax'
import { matMul, type Tensor2D } from '@tensorflow/tfjs-core'
import type { Row } from '../row.ts'
import { spec } from '../spec.ts'
import { operation } from './operation.ts'

const product = jit((a: numpy.Array, b: numpy.Array) => numpy.matmul(a, b))

/** 256³, 512³, 1024³. */
export const matmulRows: readonly Row[] = [256, 512, 1024].map((n) =>
  operation({
    id: `matmul-${n}`,
    name: `matmul ${n}³`,
    inputs: { a: spec([n, n], 1), b: spec([n, n], 2) },
    tfjs: (a, b) => [matMul(a as Tensor2D, b as Tensor2D)],
    jax: { run: (a, b) => [product(a, b)] },
    task: 'matmul',
  }),
)
