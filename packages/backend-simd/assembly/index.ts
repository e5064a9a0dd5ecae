// Everything exported here besides `heapBase`, `parallel` and `work` is a kernel `(args: usize, chunk: i32) => void`.
export { heapBase, parallel, work } from './threads'
export * from './binary'
export * from './cast'
export * from './probe'
export * from './unary'
