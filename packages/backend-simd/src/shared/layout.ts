/**
 * Fixed addresses below the program's constants, which TypeScript and AssemblyScript both compile. Each word that threads
 * fight over has a cache line (and its neighbor) to itself.
 *
 * @module
 */

/** i64. Low half: chunks of the current job that nobody has claimed (JavaScript only clears it). High half: number of the job. */
export const ticketAddress = 1024
/** i32. Chunks of the current job that are done. */
export const completedAddress = 1152
/** i32. Workers asleep in `atomic.wait`. */
export const sleepersAddress = 1280
/** i32. 1 while the calling thread is asleep. */
export const callerAsleepAddress = 1408
/** i32 each. The current job; stable as long as one of its chunks is claimed and not done. */
export const jobKernelAddress = 1536
export const jobArgumentsAddress = 1540
export const jobChunksAddress = 1544
/** i32, 1 once a worker has trapped. Only JavaScript uses it. */
export const failedAddress = 1664
/** i32. Who may work: high bits, the number of the team of workers; low 8 bits, how many threads of it. */
export const teamAddress = 1792
/** Where the arguments of kernels are written. */
export const argumentsAddress = 4096
/** Where the program's constants begin (--memoryBase of scripts/build-wasm.mjs). */
export const constantsAddress = 16384
/** Bytes in a page of WebAssembly memory. */
export const pageBytes = 65536
