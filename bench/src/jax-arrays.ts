/** Arrays for jax-js. @module */
import { numpy } from '@jax-js/jax'
import { type Spec, valuesOf } from './spec.ts'

/** The array of a spec. */
export function jaxArray(spec: Spec): numpy.Array {
  return numpy.array(valuesOf(spec) as Float32Array<ArrayBuffer>).reshape([...spec.shape])
}
