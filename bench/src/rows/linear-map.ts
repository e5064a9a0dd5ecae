/** Linear maps between latent spaces, beside scikit-learn and SciPy. @module */
import { fitLinearMap, type MapMethod } from '@gen/latent-tools'
import { tensor2d } from '@tensorflow/tfjs-core'
import type { Row } from '../row.ts'
import { spec, valuesOf } from '../spec.ts'

const [points, size] = [4096, 512]
const inputs = { a: spec([points, size], 1), b: spec([points, size], 2) }

/** 4,096 pairs, 512 → 512 dimensions, in float64; on one core whatever the backend. */
export const linearMapRows: readonly Row[] = (['ridge', 'affine', 'orthogonal'] as const).map((method) => ({
  id: `map-${method}`,
  name: `${method} map, ${points} pairs, ${size} → ${size} (peer: scikit-learn or SciPy, float64)`,
  group: 'ops',
  gradient: false,
  ownBackend: true,
  warmUps: 1,
  tfjs: () => work(method),
  peer: () => ({ task: `${method}_map`, inputs }),
}))

function work(method: MapMethod): ReturnType<Row['tfjs']> {
  const [a, b] = Object.values(inputs).map((one) => ({ rows: points, columns: size, data: valuesOf(one) }))
  return {
    run: () => [tensor2d(Float32Array.from(fitLinearMap({ a: a!, b: b! }, { method }).matrix.data), [size, size])],
    dispose: () => undefined,
  }
}
