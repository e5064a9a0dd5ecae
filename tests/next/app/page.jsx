'use client'
import { useEffect, useState } from 'react'

/** Trains in a worker and shows what comes of it. */
export default function Page() {
  const [report, setReport] = useState('training')
  useEffect(() => {
    const worker = new Worker(new URL('./train.js', import.meta.url), { type: 'module' })
    globalThis.report = new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data)
      worker.onerror = ({ message }) => reject(new Error(message))
    })
    globalThis.report.then(
      (data) => setReport(JSON.stringify(data)),
      ({ message }) => setReport(message),
    )
    return () => worker.terminate()
  }, [])
  return <output>{report}</output>
}
