import { cardContext } from '../../views/card-context.ts'
import { locksView } from '../../views/ops/locks.ts'
import { statusView } from '../../views/ops/status.ts'
import { whoView } from '../../views/ops/who.ts'
import { looking, nothing, reading } from '../reading/subcommands.ts'

/** /ops status */
export const status = looking(nothing, async (_, { asked, deps }) =>
  statusView(await deps.engine.status(), cardContext(asked, deps)),
)

/** /ops locks: who waits for whom, and what is frozen. */
export const locks = looking(nothing, async (_, { asked, deps }) => {
  const [held, freezes] = await Promise.all([deps.engine.locks(), deps.engine.freezes()])
  return locksView({ locks: held, freezes }, cardContext(asked, deps))
})

/** /ops whoami */
export const whoami = reading(nothing, async (_, { asked, deps }) =>
  whoView(await deps.engine.who(asked.user), cardContext(asked, deps)),
)
