/** Addresses that JavaScript and `assembly/layout.ts` agree on. @module */

/** i64, of which JavaScript only clears the low half: chunks of the current job that nobody has claimed. */
export const ticketAddress = 1024
/** i32, 1 once a worker has trapped. Only JavaScript uses it. */
export const failedAddress = 1664
/** i32: number of the team of workers · 256 + how many threads of it may work. */
export const teamAddress = 1792
/** Where the arguments of kernels are written. */
export const argumentsAddress = 4096
/** How many 32-bit words of arguments a kernel may have: up to the program's own constants. */
export const argumentsCapacity: number = (16384 - argumentsAddress) / 4
/** Bytes in a page of WebAssembly memory. */
export const pageBytes = 65536
