import { bestOf, recipesOf } from '@pumphandle/shared/hold'
import { COMPONENT_KINDS, componentWords } from '@pumphandle/shared/words'
import { Command } from 'commander'
import { type Format, formatOption, formatRows } from '../output/format.ts'
import type { Open } from '../session.ts'

/** How a roll-out is stopped by hand, as the page says it. */
export function recipe(open: Open): Command {
  return new Command('recipe')
    .description('how the roll-out of a version is stopped by hand, in the consoles that people use')
    .argument('<version>', 'such as sensor:falcon@7.17')
    .addOption(formatOption())
    .addHelpText('after', '\nExample:\n  pumphandle recipe sensor:falcon@7.17')
    .action(async (key: string, { output }: { output: Format }) => {
      const session = open()
      const { verdict } = await session.client.call('verdict', { path: { component: key } })
      const { component } = verdict
      const kind = COMPONENT_KINDS.find((one) => one === component.kind)
      const others = await session.client.call('verdicts', { query: kind ? { kind, name: component.name } : {} })
      const recipes = recipesOf({ component, good: kind && bestOf(others.items, component.key) })
      if (output === 'table') return session.print(written(componentWords(component), recipes))
      const steps = recipes.flatMap((one) =>
        one.steps.map((step, i) => ({ console: one.console, number: i + 1, step })),
      )
      session.print(
        formatRows(output, steps, [
          { head: 'CONSOLE', cell: (row) => row.console },
          { head: 'STEP', cell: (row) => row.number },
          { head: 'WHAT', cell: (row) => row.step },
        ]),
      )
    })
}

function written(version: string, recipes: ReturnType<typeof recipesOf>): string {
  const parts = recipes.map(({ console, steps }) =>
    [console, ...steps.map((step, i) => `  ${i + 1}. ${step}`)].join('\n'),
  )
  return [`Hold ${version}`, ...parts].join('\n\n')
}
