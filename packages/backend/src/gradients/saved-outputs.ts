/** Links the outputs that gradients save to the tape, so that a gradient of a gradient sees them. @module */
import { engine, type GradConfig, getGradient, type Tensor } from '@tensorflow/tfjs-core'
import { GenError } from '../errors/gen-error.ts'

interface TapeNode {
  inputs: Record<string, Tensor>
  outputs: Tensor[]
}

interface Recorder {
  addTapeNode?: AddTapeNode & { [marker]?: true }
  state: { activeTape: TapeNode[] | null }
}

type AddTapeNode = (
  name: string,
  inputs: Record<string, Tensor>,
  outputs: Tensor[],
  gradient: unknown,
  saved: Tensor[] | undefined,
  attributes: unknown,
) => void

const marker = Symbol.for('gen.linkSavedOutputs')
const constants = Symbol.for('gen.savedOutputsAreConstants')

/** A gradient that takes the outputs it saves for constants, since it accounts for them by its inputs. */
export function withConstantOutputs(config: GradConfig): GradConfig {
  return Object.assign(config, { [constants]: true })
}

/**
 * Repairs the order of tfjs's tape. The gradients of tanh, exp, softmax and others use the result y, of which tfjs saves
 * a copy y′ as the operation runs. It records the copying y → y′ *before* the operation x → y; reading the tape forwards,
 * an outer gradient then takes y′ for a constant, and is silently wrong. Here the copies of outputs move to after it.
 *
 * First-order gradients do not change: nothing flows back into y′ in them.
 *
 * @throws GenError `backend` where tfjs records its tape in another way.
 */
export function linkSavedOutputs(): void {
  const recorder = engine() as unknown as Recorder
  const original = recorder.addTapeNode
  if (typeof original !== 'function') {
    throw new GenError(
      'backend',
      'backend: expected an engine with addTapeNode, as in tfjs-core 4.22; install @tensorflow/tfjs-core 4.22.0',
    )
  }
  if (original[marker]) return
  const patched: AddTapeNode & { [marker]?: true } = (name, inputs, outputs, gradient, saved, attributes) => {
    original.call(recorder, name, inputs, outputs, gradient, saved, attributes)
    const config = getGradient(name) as (GradConfig & { [constants]?: true }) | undefined
    if (!config?.[constants]) moveCopies(recorder.state.activeTape ?? [], outputs, saved ?? [])
  }
  patched[marker] = true
  recorder.addTapeNode = patched
}

/** The copies made for `saved` stand just before the operation, which is the tape's last node. */
function moveCopies(tape: TapeNode[], outputs: Tensor[], saved: Tensor[]): void {
  if (saved.length === 0) return
  const operation = tape[tape.length - 1]!
  const start = Math.max(0, tape.length - 1 - saved.length)
  const before = tape.slice(start, -1)
  const copies = before.filter((node) => copiesOneOf(node, outputs) && saved.includes(node.outputs[0]!))
  if (copies.length === 0) return
  const others = before.filter((node) => !copies.includes(node))
  tape.splice(start, tape.length - start, ...others, operation, ...copies)
}

function copiesOneOf({ inputs }: TapeNode, tensors: Tensor[]): boolean {
  return tensors.some((tensor) => tensor.id === inputs.x?.id)
}
