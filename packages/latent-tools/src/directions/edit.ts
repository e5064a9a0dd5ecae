/** Editing codes along directions. @module */
import { assertFinite, assertInteger, assertShape, refusal } from '@gen/backend'
import { add, matMul, mul, reshape, sub, type Tensor1D, type Tensor2D, tensor1d, tidy } from '@tensorflow/tfjs-core'
import { assertDirection, assertList, assertTensor, given } from '../arguments.ts'
import type { Direction } from './attribute-direction.ts'

/**
 * Signed distance of each code `[n, size]` to a direction's boundary, `[n]`, in latent units: positive on the side with
 * the attribute.
 *
 * @throws GenError `shape` for codes of another size.
 * @example
 * const sure = distanceTo(z, glasses)
 */
export function distanceTo(z: Tensor2D, direction: Direction): Tensor1D {
  return distanceOf('latentTools.distanceTo', z, direction)
}

function distanceOf(where: string, z: Tensor2D, direction: Direction): Tensor1D {
  assertFits(where, z, direction)
  const { normal, offset } = direction
  assertFinite(where, 'the offset of direction', offset)
  return tidy(() => {
    const column = reshape(tensor1d(Float32Array.from(normal)), [-1, 1])
    return add(reshape(matMul(z, column), [-1]), offset)
  })
}

/**
 * Moves codes along a direction by some latent units: `z + amount · normal`. The distance to the boundary changes by that
 * amount, whatever it was.
 *
 * @throws GenError `shape` for codes of another size; `value` for an amount that is not finite.
 * @example
 * const more = moveBy(z, smile, 1.5)
 */
export function moveBy(z: Tensor2D, direction: Pick<Direction, 'normal'>, amount: number): Tensor2D {
  assertFits('latentTools.moveBy', z, direction)
  assertFinite('latentTools.moveBy', 'amount', amount)
  return tidy(() => add(z, tensor1d(Float32Array.from(direction.normal, (value) => value * amount))))
}

/**
 * Moves each code along a direction until it has the given signed distance to the boundary: 0 is on it, 3 well inside.
 *
 * @throws GenError `shape` for codes of another size; `value` for a distance that is not finite.
 * @example
 * const worn = vae.decode(moveTo(z, glasses, 3))
 * const bare = vae.decode(moveTo(z, glasses, -3))
 */
export function moveTo(z: Tensor2D, direction: Direction, distance: number): Tensor2D {
  assertFinite('latentTools.moveTo', 'distance', distance)
  return tidy(() => {
    const missing = reshape(sub(distance, distanceOf('latentTools.moveTo', z, direction)), [-1, 1])
    return add(z, mul(missing, tensor1d(Float32Array.from(direction.normal))))
  })
}

/** Options of {@link moveLayers}. */
export interface MoveLayersOptions {
  /** Numbers in the code of one layer; a code is the layers' codes one after the other. */
  layerSize: number
  /** Layers that are moved; the others stay. */
  layers: readonly number[]
  /** Latent units. */
  amount: number
}

/**
 * Moves codes along a direction in some layers only, for models that take a code per layer (StyleGAN's W+, the levels of a
 * hierarchical VAE): `[n, layers · layerSize]`. Early layers hold the pose, late ones the colors.
 *
 * @param direction - A direction of one layer's code, or of the whole code, of which the part of each layer is taken.
 * @throws GenError `shape` for codes that are not whole layers; `range` for layers that do not exist.
 * @see GANSpace (Härkönen et al., 2020) https://arxiv.org/abs/2004.02546
 * @example
 * const hair = moveLayers(w, color, { layerSize: 512, layers: [6, 7, 8], amount: 4 })
 */
export function moveLayers(z: Tensor2D, direction: Pick<Direction, 'normal'>, options: MoveLayersOptions): Tensor2D {
  const where = 'latentTools.moveLayers'
  const { layerSize, layers, amount } = given(where, options)
  assertTensor(where, 'z', z)
  assertDirection(where, 'direction', direction)
  assertList(where, 'layers', layers)
  const { normal } = direction
  assertInteger(where, 'layerSize', layerSize, { min: 1 })
  assertFinite(where, 'amount', amount)
  const size = z.shape[1] ?? 0
  if (z.rank !== 2 || size % layerSize !== 0 || (normal.length !== layerSize && normal.length !== size)) {
    const got = `codes [${z.shape}], layers of ${layerSize} and a direction of ${normal.length}`
    throw refusal('shape', where, { expected: 'codes of whole layers and a direction of one layer or of all', got })
  }
  const whole = new Float32Array(size)
  for (const layer of layers) {
    assertInteger(where, 'layers', layer, { min: 0, max: size / layerSize - 1 })
    for (let k = 0; k < layerSize; k++) {
      whole[layer * layerSize + k] = amount * normal[normal.length === size ? layer * layerSize + k : k]!
    }
  }
  return tidy(() => add(z, tensor1d(whole)))
}

function assertFits(where: string, z: Tensor2D, direction: Pick<Direction, 'normal'>): void {
  assertTensor(where, 'z', z)
  assertDirection(where, 'direction', direction)
  assertShape(where, 'z', z, [null, direction.normal.length], 'the direction must be of the same space as the codes')
}
