import { key, normalArray } from '@gen/backend'

const decode = (z: number) => 1.3 * z + 0.9 * Math.sin(3 * z)
const likelihood = (x: number, z: number) => Math.exp(-8 * (x - decode(z)) ** 2) / (0.25 * Math.sqrt(2 * Math.PI))
for (const n of [100, 1000, 10_000, 100_000]) {
  const terms = Array.from(normalArray(key(0), n, 1), (z) => likelihood(2, z))
  const mean = terms.reduce((sum, term) => sum + term, 0) / n
  const variance = terms.reduce((sum, term) => sum + (term - mean) ** 2, 0) / (n - 1)
  console.log(`P(2) = ${mean.toFixed(4)} ± ${Math.sqrt(variance / n).toFixed(4)} after ${n} draws`)
}
