/** Generative adversarial networks: one engine, objectives, penalties, encoders, super-resolution. @module */
export {}
