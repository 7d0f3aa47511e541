import type { Bench } from './report.ts'
export const benchAcknowledge: Bench = async () => undefined
