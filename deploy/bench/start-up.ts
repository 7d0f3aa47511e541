import type { Bench } from './report.ts'
export const benchStartUp: Bench = async () => undefined
