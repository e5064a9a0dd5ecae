/** A pinwheel: Gaussian arms that are twisted around the origin. @module */
import { assertInteger, assertNumber, type Key, logSumExp, normalArray, randintArray, split } from '@gen/backend'
import {
  add,
  cos,
  div,
  exp,
  minimum,
  mul,
  neg,
  sin,
  slice,
  sqrt,
  square,
  sub,
  type Tensor1D,
  type Tensor2D,
  tensor1d,
} from '@tensorflow/tfjs-core'
import { type Draw, type Toy, toyFrom } from './toy.ts'

/** Options of {@link pinwheel}. */
export interface PinwheelOptions {
  /** Number of arms. @default 5 */
  arms?: number
  /** Standard deviation along an arm, for a radius of 2. @default 0.6 */
  radial?: number
  /** Standard deviation across an arm. @default 0.2 */
  tangential?: number
  /** How strongly arms are twisted: the angle at radius r is `rate · exp(r / 2)`. @default 0.25 */
  rate?: number
}

const radius = 2

/** r/2 from where on the twist stays: its angle is 10⁸, of which float32 knows no fraction of a turn. */
const mostTwisted = 20

/**
 * A pinwheel: an arm is a Gaussian around (2, 0), stretched along the radius, turned to its angle and twisted by
 * `rate · exp(r / 2)` where r is the distance from the origin. (The usual pinwheel twists by the coordinate along the arm. By
 * the distance it looks the same, and the twist keeps areas, so that the density is exact.)
 *
 * @throws GenError `value` or `range` for bad options.
 * @see Composing graphical models with neural networks (Johnson et al., 2016) https://arxiv.org/abs/1603.06277
 * @example
 * const { x, labels } = pinwheel().batches({ size: 256, key: key(0) }).at(0)
 */
export function pinwheel({ arms = 5, radial = 0.6, tangential = 0.2, rate = 0.25 }: PinwheelOptions = {}): Toy {
  assertInteger('data.pinwheel', 'arms', arms, { min: 1 })
  assertNumber('data.pinwheel', 'radial', radial, { exclusiveMin: 0 })
  assertNumber('data.pinwheel', 'tangential', tangential, { exclusiveMin: 0 })
  assertNumber('data.pinwheel', 'rate', rate)
  const options = { arms, radial, tangential, rate }
  return toyFrom({
    name: 'pinwheel',
    classes: arms,
    bound: radius + 5 * Math.max(radial, tangential),
    draw: (count, key, offset) => draw(options, count, key, offset),
    logDensity: (x) => logDensity(options, x),
  })
}

function draw(options: Required<PinwheelOptions>, count: number, key: Key, offset: number): Draw {
  const { arms, radial, tangential, rate } = options
  const [forArm, forNoise] = split(key) as [Key, Key]
  const labels = randintArray(forArm, count, 1, { max: arms, offset })
  const noise = normalArray(forNoise, count, 2, { offset })
  const points = new Float32Array(2 * count)
  for (let i = 0; i < count; i++) {
    const along = radius + radial * (noise[2 * i] as number)
    const across = tangential * (noise[2 * i + 1] as number)
    const angle = (2 * Math.PI * (labels[i] as number)) / arms + rate * Math.exp(Math.hypot(along, across) / radius)
    points[2 * i] = along * Math.cos(angle) - across * Math.sin(angle)
    points[2 * i + 1] = along * Math.sin(angle) + across * Math.cos(angle)
  }
  return { points, labels }
}

/** Untwists x for each arm, `[b, arms]`, and looks up the Gaussian: turning keeps areas, so there is no other factor. */
function logDensity({ arms, radial, tangential, rate }: Required<PinwheelOptions>, points: Tensor2D): Tensor1D {
  const x = slice(points, [0, 0], [-1, 1])
  const y = slice(points, [0, 1], [-1, 1])
  // The smallest number keeps the gradient of the root finite at the origin.
  const distance = sqrt(add(add(square(x), square(y)), 1e-12))
  const turns = tensor1d(Float32Array.from({ length: arms }, (_, arm) => (2 * Math.PI * arm) / arms))
  const angle = add(mul(exp(minimum(div(distance, radius), mostTwisted)), rate), turns)
  const along = add(mul(x, cos(angle)), mul(y, sin(angle)))
  const across = sub(mul(y, cos(angle)), mul(x, sin(angle)))
  const exponents = neg(add(square(div(sub(along, radius), radial)), square(div(across, tangential))))
  return sub(logSumExp(mul(exponents, 0.5), 1), Math.log(2 * Math.PI * radial * tangential * arms))
}
