/** What may be wrong with a variational autoencoder, as numbers and as pictures. @module */
export { type DiagnoseOptions, diagnose } from './diagnose.ts'
export type { Diagnosis, Finding } from './diagnosis.ts'
export { type DiagnosisPanels, type DiagnosisPanelsOptions, diagnosisPanels } from './diagnosis-panels.ts'
export { type DiagnosisSheetOptions, diagnosisSheet } from './diagnosis-sheet.ts'
