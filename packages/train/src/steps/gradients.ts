/** One player's losses and their gradients on one batch. @module */
import { type Key, refusal } from '@gen/backend'
import type { Player } from '@gen/model'
import {
  engine,
  keep,
  type Scalar,
  stack,
  type Tensor,
  type Tensor1D,
  tidy,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core'

/** All tensors are the caller's. */
export interface LossGradients {
  /** Names of the scalars, `total` among them, in the order of `scalars`. */
  readonly names: readonly string[]
  readonly scalars: Tensor1D
  /** One per variable; undefined where the loss does not depend on the variable. */
  readonly gradients: (Tensor | undefined)[]
}

/**
 * Computes the player's losses and the gradient of `total`. Nothing is left behind if the player throws.
 *
 * @throws GenError `shape` for a loss that is not a scalar, `value` where `total` is missing.
 */
export function lossGradients<B>(player: Player<B>, variables: Variable[], batch: B, k: Key): LossGradients {
  let names: string[] = []
  let scalars: Tensor1D | undefined
  const forward = () => {
    const losses: Readonly<Record<string, Scalar>> = player.loss(batch, k)
    assertScalars(player.name, losses)
    names = Object.keys(losses)
    scalars = keep(stack(Object.values(losses)) as Tensor1D)
    return losses.total!
  }
  try {
    const gradients = tidy(() => {
      const { grads } = variableGrads(forward, variables)
      return variables.map((variable) => grads[variable.name])
    })
    return { names, scalars: scalars!, gradients }
  } catch (error) {
    scalars?.dispose()
    clearTape()
    throw error
  }
}

function assertScalars(player: string, losses: Readonly<Record<string, Scalar>>): void {
  if (!losses.total) {
    throw refusal('value', 'train.fit', {
      expected: `a loss called total from player ${player}`,
      got: Object.keys(losses),
    })
  }
  for (const [name, loss] of Object.entries(losses)) {
    if (loss.rank === 0 && loss.dtype === 'float32') continue
    throw refusal('shape', 'train.fit', {
      expected: `loss ${name} of player ${player} a float32 scalar`,
      got: `${loss.dtype} of shape [${loss.shape.join(', ')}]`,
      remedy: 'take the mean over the batch',
      details: { player, loss: name, shape: loss.shape },
    })
  }
}

/** When the function under a tape throws, tfjs forgets to dispose what the tape saved. */
function clearTape(): void {
  const { state } = engine()
  if (state.gradientDepth !== 0) return
  for (const node of state.activeTape ?? []) for (const tensor of node.saved ?? []) tensor.dispose()
  state.activeTape = []
}
