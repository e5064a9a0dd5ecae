/** The contracts with other packages, as types. @module */
import type { Tensor2D } from '@tensorflow/tfjs-core'
import { expectTypeOf, it } from 'vitest'
import { type Annealing, cyclicAnnealing, type DiagonalNormal, type Penalty, r1 } from './index.ts'

it('a posterior of @gen/priors is a diagonal normal, and an annealing a schedule of @gen/train', () => {
  expectTypeOf<{ readonly mean: Tensor2D; readonly logVariance: Tensor2D }>().toExtend<DiagonalNormal>()
  expectTypeOf<Annealing>().toExtend<(step: number) => number>()
  expectTypeOf(cyclicAnnealing).returns.toExtend<(step: number) => number>()
})

it('a penalty is a function with a name', () => {
  expectTypeOf(r1()).toExtend<Penalty>()
})
