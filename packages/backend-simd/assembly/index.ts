// Everything exported here besides `heapBase`, `parallel` and `work` is a kernel `(args: usize, chunk: i32) => void`.
export { heapBase, parallel, work } from './threads'
export * from './binary'
export * from './cast'
export * from './probe'
export * from './unary'
export { winogradFilter, winogradForward } from './winograd'
export { winogradSums, winogradTaps } from './winograd-gradient'
