/** What may be wrong with a variational autoencoder, as numbers and as pictures. @module */
export { type DiagnoseOptions, type Diagnosis, diagnose } from './diagnose.ts'
export { type DiagnosisPanels, type DiagnosisPanelsOptions, diagnosisPanels } from './diagnosis-panels.ts'
export { type DiagnosisSheetOptions, diagnosisSheet } from './diagnosis-sheet.ts'
export type { Finding } from './findings.ts'
