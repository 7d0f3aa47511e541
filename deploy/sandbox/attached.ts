// Runs a program as a child that never outlives the sandbox, however that ends: node --import tsx attached.ts PROGRAM
// Not process.exit, which may hang for ever: nodejs/node#54918.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
const program = process.argv[2]
if (program === undefined) throw new Error('attached.ts needs the path of a program')
await import(program)
