/** What a diagnosis says. @module */

/** One of the four problems: whether the model has it, and what to do. */
export interface Finding {
  readonly problem: 'balance' | 'collapse' | 'mismatch' | 'blur'
  readonly healthy: boolean
  /** The numbers it follows from. */
  readonly message: string
  /** What to try; empty where all is well. */
  readonly remedy: string
}

/** What `diagnose` finds; numbers of the lecture's four problems. All are means over the items, in nats where nats. */
export interface Diagnosis {
  /** Items looked at. */
  readonly items: number
  /** 1. Balance of likelihood and KL divergence. */
  readonly balance: {
    /** KL(q(z|x) ‖ p(z)), what a code tells of its item; null where codes are points. */
    readonly rate: number | null
    /** −log p(x|z). */
    readonly distortion: number
    /** −rate − distortion. */
    readonly elbo: number | null
    /** KL to N(0, 1) of each latent variable; null where codes are points. */
    readonly klPerDimension: readonly number[] | null
    /** The likelihood's own variance, for a Gaussian one: at its best, the mean squared error. Else null. */
    readonly noiseVariance: number | null
  }
  /** 2. Collapse of variables. */
  readonly collapse: {
    /** E[σ²] of each latent variable: 0.8 and more is out of use. */
    readonly meanVariance: readonly number[]
    /** Variables with E[σ²] ≤ 0.8. */
    readonly activeUnits: number
  }
  /** 3. Aggregate posterior and prior. */
  readonly mismatch: {
    /** Var(μ) + E[σ²], the mean over latent variables: 1 where the aggregate posterior has the variance of N(0, I). */
    readonly varianceLaw: number
    /** Of each latent variable. */
    readonly variances: readonly number[]
    /** Squared maximum mean discrepancy of codes and draws of the prior (RBF, median bandwidth, unbiased). */
    readonly mmd: number
  }
  /** 4. Blur, as variance that reconstructions lose; per number of the data. */
  readonly blur: {
    readonly meanSquaredError: number
    /** Var(x), each pixel over the items, then the mean. */
    readonly variance: number
    /** Var(x̂). */
    readonly reconstructedVariance: number
    /** Var(x) − Var(x̂): the mean squared error, for an optimal decoder. */
    readonly lostVariance: number
  }
  /** Each problem in words, and a remedy. */
  readonly findings: readonly Finding[]
}
