/** A row that is one operation on fixed inputs. @module */
import type { numpy } from '@jax-js/jax'
import { type Tensor, tensor } from '@tensorflow/tfjs-core'
import { jaxArray } from '../jax-arrays.ts'
import type { JaxWork, PeerTask, Row, Work } from '../row.ts'
import { type Spec, valuesOf } from '../spec.ts'

/** A function of jax-js that consumes its arguments, in the order of the inputs. */
export interface JaxOperation {
  /** Brings the inputs into its layout, once. */
  prepare?(...inputs: numpy.Array[]): numpy.Array[]
  run(...inputs: numpy.Array[]): numpy.Array[]
  inOurLayout?(outputs: numpy.Array[]): numpy.Array[]
}

/** What {@link operation} needs. */
export interface Operation {
  id: string
  name: string
  gradient?: boolean
  inputs: Readonly<Record<string, Spec>>
  /** Arguments in the order of `inputs`. */
  tfjs(...inputs: Tensor[]): Tensor[]
  jax?: JaxOperation
  /** The peer's function. */
  task: string
  attributes?: PeerTask['attributes']
}

/** Makes the row. */
export function operation({ id, name, gradient = false, inputs, tfjs, jax, task, attributes = {} }: Operation): Row {
  return {
    id,
    name,
    group: 'ops',
    gradient,
    warmUps: 2,
    tfjs: () => tfjsWork(inputs, tfjs),
    ...(jax && { jax: () => jaxWork(inputs, jax) }),
    peer: () => ({ task, inputs, attributes }),
  }
}

function tfjsWork(inputs: Operation['inputs'], run: Operation['tfjs']): Work<Tensor> {
  const tensors = Object.values(inputs).map((input) => tensor(valuesOf(input), [...input.shape]))
  return {
    run: () => run(...tensors),
    dispose: () => {
      for (const input of tensors) input.dispose()
    },
  }
}

function jaxWork(inputs: Operation['inputs'], { prepare, run, inOurLayout }: JaxOperation): JaxWork {
  const made = Object.values(inputs).map(jaxArray)
  const arrays = prepare === undefined ? made : prepare(...made)
  return {
    run: () => run(...arrays.map((array) => array.ref)),
    dispose: () => {
      for (const array of arrays) array.dispose()
    },
    ...(inOurLayout && { inOurLayout }),
  }
}
