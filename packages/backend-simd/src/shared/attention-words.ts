/** The arguments of attention and its gradient, as byte offsets, for TypeScript and AssemblyScript. @module */
/** Numbers of queries and of keys, and the features of each. */
export const QUERIES = 0
export const KEYS = 4
export const FEATURES = 8
export const SCRATCH = 12
export const SCRATCH_STRIDE = 16
/** Addresses: `[heads, queries or keys, features]` each, the logarithm of each query's sum of weights `[heads, queries]`. */
export const Q = 20
export const K = 24
export const V = 28
export const LOGS = 32
/** The result, or its gradient. */
export const Y = 36
/** The gradients of the gradient kernel. */
export const DQ = 40
export const DK = 44
export const DV = 48

/** Queries that are computed together: of them and as many keys as {@link KEY_BLOCK} the weights stay in the first-level cache. */
export const QUERY_BLOCK = 48
export const KEY_BLOCK = 64
/** Queries of the gradient that are computed together, with the weights of all keys. */
export const GRADIENT_BLOCK = 24
