/** Variational autoencoders: one engine, the literature's variants as presets, and a diagnosis. @module */
export {}
