/** Distributions over latent vectors: sample, log-density, KL divergence, marginal likelihood. @module */
export {}
