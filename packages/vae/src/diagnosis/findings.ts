/** A diagnosis in words. @module */
import type { Diagnosis, Finding } from './diagnosis.ts'

/** Below so many nats codes tell nothing of their items. */
const fewNats = 0.1

/** How far the likelihood's variance may be from the mean squared error. */
const balanced = 2

/** The variance law holds to so much. */
const tolerance = 0.05

/** Share of the variance whose loss shows as blur. */
const visible = 0.1

/** The four problems in order. */
export function findingsOf(numbers: Omit<Diagnosis, 'findings'>): Finding[] {
  return [balance(numbers), collapse(numbers), mismatch(numbers), blur(numbers)]
}

function balance({
  balance: { rate, distortion, noiseVariance },
  blur: { meanSquaredError },
}: Omit<Diagnosis, 'findings'>): Finding {
  const ratio = noiseVariance === null ? 1 : noiseVariance / meanSquaredError
  const tells = rate === null || rate > fewNats
  const healthy = tells && ratio < balanced && ratio > 1 / balanced
  const nats = rate === null ? 'codes are points' : `rate ${short(rate)} nats, distortion ${short(distortion)} nats`
  const noise =
    noiseVariance === null
      ? ''
      : `, noise variance ${short(noiseVariance)} against an error of ${short(meanSquaredError)}`
  const remedy = ratio === 1 ? 'lower beta or warm it up' : 'take computedGamma, which sets the noise to the error'
  return finding('balance', healthy, `${nats}${noise}`, remedy)
}

function collapse({ collapse: { activeUnits, meanVariance } }: Omit<Diagnosis, 'findings'>): Finding {
  const message = `${activeUnits} of ${meanVariance.length} variables active (E[σ²] ≤ 0.8)`
  const remedy = 'lower latentSize to the active ones, lower beta, pass freeNats, or take splitVae'
  return finding('collapse', activeUnits === meanVariance.length, message, remedy)
}

function mismatch({ mismatch: { varianceLaw, mmd } }: Omit<Diagnosis, 'findings'>): Finding {
  const message = `Var(μ) + E[σ²] = ${short(varianceLaw)}, MMD² ${short(mmd)}`
  const remedy = 'sample from fitGaussianMixture or twoStage, or take vampVae'
  return finding('mismatch', Math.abs(varianceLaw - 1) <= tolerance, message, remedy)
}

function blur({ blur: { lostVariance, variance, meanSquaredError } }: Omit<Diagnosis, 'findings'>): Finding {
  const share = lostVariance / variance
  const message = `lost variance ${short(lostVariance)} of ${short(variance)}, mean squared error ${short(meanSquaredError)}`
  const remedy =
    'take more latent variables or a larger decoder; computedGamma, where the noise is fixed; vqVae for sharp images'
  return finding('blur', share <= visible, message, remedy)
}

function finding(problem: Finding['problem'], healthy: boolean, message: string, remedy: string): Finding {
  return { problem, healthy, message, remedy: healthy ? '' : remedy }
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)))
}
