/** What writes the call of a kernel. @module */
import type { CallPair, GraphBuilder } from './graph-builder.ts'

/** Writes a call of a kernel. */
export type KernelWriter = (graph: GraphBuilder, call: CallPair) => void
