/** EDM's preconditioning: what the network sees and puts out has unit variance at every level. @module */
import { assertNumber } from '@gen/backend'
import { add, div, mul, sqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core'
import type { Parameterization, RateTensors } from './parameterization.ts'

/** Options of {@link edmPrediction}. */
export interface EdmPredictionOptions {
  /** Standard deviation of the data as the model sees it: about 0.5 for images in [−1, 1]. @default 0.5 */
  sigmaData?: number
}

/**
 * `D(x; σ) = c_skip x_σ + c_out F(c_in x_σ)` for the state `x_σ = x₀ + σ ε`, σ = n/s, with `c_skip = d²/(σ² + d²)`,
 * `c_out = σ d/√(σ² + d²)` and `c_in = 1/√(σ² + d²)`, d = sigmaData. In our state x = s x_σ, with `q = √(n² + s² d²)`, its
 * deviation: the network is given `x/q`, `x̂₀ = (s d²/q²) x + (n d/q) F` and `ε = (n/q²) x − (s d/q) F`. With d = 1 this is v with its sign turned. Defined at α = 0.
 *
 * The paper's fourth coefficient `c_noise = ln σ / 4` is the network's own: it is told α, and ours embed `ln(α/(1 − α)) = −2 ln σ`.
 *
 * @throws GenError `range` unless 0 < sigmaData ≤ 1000.
 * @see Elucidating the design space of diffusion-based generative models (Karras et al., 2022), table 1 https://arxiv.org/abs/2206.00364
 * @example
 * const network = pointDenoiser({ size: 2, key: key(0) })
 * const model = diffusion({ network, schedule: varianceExploding(), prediction: edmPrediction({ sigmaData: 1 }) })
 */
export function edmPrediction({ sigmaData = 0.5 }: EdmPredictionOptions = {}): Parameterization {
  assertNumber('diffusion.edmPrediction', 'sigmaData', sigmaData, { exclusiveMin: 0, max: 1000 })
  const deviation = ({ signal, noise }: RateTensors): Tensor => sqrt(add(square(noise), square(mul(signal, sigmaData))))
  const gain = (rates: RateTensors) => mul(div(rates.noise, deviation(rates)), sigmaData)
  return {
    config: { kind: 'edm', sigmaData },
    needsSignal: false,
    input: (x, rates) => div(x, deviation(rates)),
    target(x0, eps, rates) {
      const q = deviation(rates)
      return sub(mul(x0, div(rates.noise, mul(q, sigmaData))), mul(eps, div(mul(rates.signal, sigmaData), q)))
    },
    read(output, x, rates) {
      const q = deviation(rates)
      const scaled = div(x, square(q))
      return {
        eps: sub(mul(scaled, rates.noise), mul(output, div(mul(rates.signal, sigmaData), q))),
        clean: add(mul(scaled, mul(rates.signal, sigmaData ** 2)), mul(output, gain(rates))),
      }
    },
    gain,
  }
}
