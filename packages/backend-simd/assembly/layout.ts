// Fixed addresses below the program's constants (--memoryBase 16384). src/layout.ts mirrors them for JavaScript.
// Each word that threads fight over has a cache line (and its neighbor) to itself.

/** i64. Low half: chunks of the current job nobody has claimed yet. High half: number of the job. */
export const TICKET: usize = 1024
/** i32. Chunks of the current job that are done. */
export const COMPLETED: usize = 1152
/** i32. Workers asleep in `atomic.wait`. */
export const SLEEPERS: usize = 1280
/** i32. 1 while the calling thread is asleep. */
export const CALLER_ASLEEP: usize = 1408
/** i32 each. The current job; stable as long as one of its chunks is claimed and not done. */
export const JOB_KERNEL: usize = 1536
export const JOB_ARGS: usize = 1540
export const JOB_CHUNKS: usize = 1544
/** i32. Who may work: high bits, the number of the team; low 8 bits, how many threads of it. */
export const TEAM: usize = 1792
