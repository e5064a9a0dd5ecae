/** The contracts with other packages, as types. @module */
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { expectTypeOf, it } from 'vitest'
import { type Distribution, type FittedMixture, type MixturePrior, standardNormal, type vampPrior } from './index.ts'

/** What `@gen/flows` says of a flow, as far as a prior goes. */
interface FlowOfPoints {
  readonly size: number
  readonly config: { readonly kind: 'flow'; readonly transforms: readonly { readonly [name: string]: string }[] }
  logProb(x: Tensor2D, given?: { context?: Tensor2D }): Tensor1D
  sample(count: number, k: { readonly hi: number; readonly lo: number }, options?: { temperature?: number }): Tensor2D
}

it('any object with size, sample and logProb is a prior', () => {
  expectTypeOf<FlowOfPoints>().toExtend<Distribution>()
  expectTypeOf<Pick<Distribution, 'size' | 'sample' | 'logProb'>>().toExtend<Distribution>()
  expectTypeOf<{ size: number; sample: Distribution['sample'] }>().not.toExtend<Distribution>()
})

it('all priors of this package are priors', () => {
  expectTypeOf(standardNormal(2)).toExtend<Distribution>()
  expectTypeOf<MixturePrior>().toExtend<Distribution>()
  expectTypeOf<FittedMixture>().toExtend<Distribution>()
  expectTypeOf<ReturnType<typeof vampPrior>>().toExtend<Distribution>()
})
