/** Starts the backend that the command line asks for. @module */
import { type BackendName, useBackend } from '@gen/backend'
import { env } from '@tensorflow/tfjs-core'

/** Starts a backend; returns its name. TensorFlow.js's own greeting is silenced. */
export async function startBackend(wanted: 'auto' | BackendName): Promise<string> {
  env().set('PROD', true)
  const { name } = await useBackend(wanted === 'auto' ? undefined : wanted)
  return name
}
