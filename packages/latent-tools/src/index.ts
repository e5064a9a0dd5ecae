/** Explore, edit and compare latent spaces, and map one onto another through a support set. @module */
export {}
