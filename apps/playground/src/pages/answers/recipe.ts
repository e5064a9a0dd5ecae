/** Two ways to answer: the mean of all answers, and a distribution of them. @module */
import { fold, type Key } from '@gen/backend'
import type { Batch } from '@gen/data'
import { denseNetwork, type Flow, forwardKl, nsf } from '@gen/flows'
import type { Batches, Network, Trainable } from '@gen/model'
import { adaptNetwork, mlp } from '@gen/nn'
import { mean, type Scalar, slice, square, sub, type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core'

/** An answer and the question that it belongs to, `[b, 1]` each. */
export interface Answered {
  readonly x: Tensor2D
  readonly question: Tensor2D
}

/** Both networks. */
export interface Pair {
  readonly average: Network
  /** p(y | x): a flow on the line that is told the question. */
  readonly distribution: Flow
}

/** Both of the same width. */
export function pairOf(width: number, key: Key): Pair {
  const network = denseNetwork({ hidden: [width, width] })
  return {
    average: adaptNetwork('answers', mlp({ inputs: 1, outputs: 1, widths: [width, width], key: fold(key, 0) })),
    distribution: nsf(1, { layers: 2, bins: 12, bound: 4.5, context: 1, network, key: fold(key, 1) }),
  }
}

/** A player that descends the squared error, beside one that raises the likelihood. */
export function together({ average, distribution }: Pair): Trainable<Answered> {
  const [flowPlayer] = forwardKl<Answered>(distribution, { context: ({ question }) => question }).players
  return {
    players: [
      {
        name: 'average',
        variables: () => average.variables(),
        loss: ({ x, question }) => ({ total: mean(square(sub(average.apply(question), x))) as Scalar }),
      },
      flowPlayer!,
    ],
  }
}

/** Points of the plane as questions and answers; the labels go. */
export function asked({ at, config }: Batches<Batch>): Batches<Answered> {
  return {
    config: { asked: config },
    async at(index) {
      const { x, labels } = await at(index)
      labels?.dispose()
      const column = (i: number) => tidy(() => slice(x as Tensor2D, [0, i], [-1, 1]))
      const pair = { question: column(0), x: column(1) }
      ;(x as Tensor).dispose()
      return pair
    },
  }
}
