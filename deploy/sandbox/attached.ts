// Runs a program as a child that never outlives the sandbox, however that ends: node --import tsx attached.ts PROGRAM
process.on('disconnect', () => process.exit(0))
const program = process.argv[2]
if (program === undefined) throw new Error('attached.ts needs the path of a program')
await import(program)
