/** Numbers of the activations that follow a product, for TypeScript and AssemblyScript. @module */
export const LINEAR = 0
export const RELU = 1
export const RELU6 = 2
export const LEAKY_RELU = 3
export const PRELU = 4
export const ELU = 5
export const SIGMOID = 6
