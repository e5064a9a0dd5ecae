/** Linear algebra on latent codes, beside scikit-learn and SciPy. @module */
import { key } from '@gen/backend'
import { attributeDirection, fitLinearMap, type MapMethod, principalDirections } from '@gen/latent-tools'
import { product } from '@gen/linear-algebra'
import { tensor2d } from '@tensorflow/tfjs-core'
import type { Row } from '../row.ts'
import { type Spec, spec, valuesOf } from '../spec.ts'

const [points, size] = [4096, 512]
const inputs = { a: spec([points, size], 1), b: spec([points, size], 2) }
const planted = { ...inputs, weights: spec([size, size], 3) }

type Numbers = ReturnType<typeof matrixOf>

/** 4,096 pairs, 512 → 512 dimensions, in float64; on one core whatever the backend. */
export const linearAlgebraRows: readonly Row[] = [
  ...(['ridge', 'affine', 'orthogonal'] as const).map((method) => row(`map-${method}`, inputs, mapWork(method))),
  row('map-pls', planted, plsWork),
  row('principal-directions', { a: inputs.a }, (a) => () => {
    const { deviations } = principalDirections(a!)
    return tensor2d(Float32Array.from(deviations), [1, size])
  }),
  row('direction-svm', inputs, (a, b) => {
    const labels = Array.from({ length: points }, (_, i) => Number(labelSum(a!, b!, i) > 0))
    return () => {
      const { normal } = attributeDirection(a!, labels, { method: 'svm', heldOut: 0, key: key(0) })
      return tensor2d(Float32Array.from(normal), [1, size])
    }
  }),
]

function row(
  id: string,
  given: Readonly<Record<string, Spec>>,
  prepare: (...matrices: Numbers[]) => () => ReturnType<typeof tensor2d>,
): Row {
  return {
    id,
    name: `${id}, ${points} points of ${size} dimensions (peer: scikit-learn or SciPy, float64)`,
    group: 'ops',
    gradient: false,
    ownBackend: true,
    warmUps: 1,
    tfjs: () => {
      const work = prepare(...Object.values(given).map(matrixOf))
      return { run: () => [work()], dispose: () => undefined }
    },
    peer: () => ({ task: id.replaceAll('-', '_'), inputs: given }),
  }
}

function matrixOf(given: Spec) {
  const [rows, columns] = given.shape as [number, number]
  return { rows, columns, data: Float64Array.from(valuesOf(given)) }
}

function mapWork(method: MapMethod) {
  return (a?: Numbers, b?: Numbers) => () =>
    tensor2d(Float32Array.from(fitLinearMap({ a: a!, b: b! }, { method }).matrix.data), [size, size])
}

/** Codes whose dimensions matter less and less, and a linear map of them with noise: of noise alone NIPALS finds no end. */
function plsWork(a?: Numbers, noise?: Numbers, weights?: Numbers) {
  const codes = { ...a!, data: a!.data.map((value, at) => value / Math.sqrt(1 + (at % size) / 8)) }
  const images = product(codes, weights!)
  for (let at = 0; at < images.data.length; at++) images.data[at]! += noise!.data[at]!
  const few = { ...codes, rows: 64, data: codes.data.subarray(0, 64 * size) }
  return () => {
    const { matrix } = fitLinearMap({ a: codes, b: images }, { method: 'pls', components: 64 })
    return tensor2d(Float32Array.from(product(few, matrix).data), [64, size])
  }
}

/** What decides a point's label: half of its numbers, and as much noise. */
function labelSum(a: Numbers, b: Numbers, i: number): number {
  let sum = 0
  for (let k = 0; k < size / 2; k++) sum += a.data[i * size + k]! + b.data[i * size + k]!
  return sum
}
