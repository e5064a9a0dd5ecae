/** Likelihoods, divergences, adversarial objectives and penalties for generative models. @module */
export {}
