/**
 * Times maps from 4,096 pairs, 512 → 512 dimensions, in seconds of the processor: `node --import tsx --conditions=@gen/source bench/fit.ts`.
 * `fit.py` times scikit-learn and SciPy on pairs of the same size.
 */
import { key, normalArray } from '@gen/backend'
import { fitLinearMap } from '../src/index.ts'

const [points, size, repeats] = [4096, 512, 3]
const codes = (seed: number) => ({ rows: points, columns: size, data: normalArray(key(seed), points, size) })
const support = { a: codes(0), b: codes(1) }

for (const method of ['leastSquares', 'ridge', 'affine', 'orthogonal', 'lortho'] as const) {
  const seconds = Array.from({ length: repeats }, () => {
    const start = process.cpuUsage()
    fitLinearMap(support, { method })
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1e6
  })
  process.stdout.write(`${method.padEnd(14)} ${Math.min(...seconds).toFixed(2)} s\n`)
}
