import type { ComponentRef } from '../api/index.ts'
import { componentWords } from '../words/index.ts'

/** How a roll-out is stopped in one console. */
export interface Recipe {
  readonly console: string
  readonly steps: readonly string[]
}

interface Held {
  readonly component: ComponentRef
  /** The version to stay on, or to go back to; undefined where none is known to be better. */
  readonly good: ComponentRef | undefined
}

/** Consoles of security products, by the product's name here. Menus as their makers' documents name them in 2025. */
const SENSORS: Readonly<Record<string, (held: Held) => Recipe>> = {
  falcon: ({ component, good }) =>
    component.kind === 'content'
      ? {
          console: 'CrowdStrike Falcon: content update policies',
          steps: [
            'Host setup and management, Deploy, Content update policies.',
            `Open the policy of each ring that does not have ${said(component)} yet, and set Rapid Response Content to Pause.`,
            'Leave the pilot ring as it is: there you see whether the next content is good.',
            'Ask CrowdStrike support to confirm the withdrawal before you resume.',
          ],
        }
      : {
          console: 'CrowdStrike Falcon: sensor update policies',
          steps: [
            'Host setup and management, Deploy, Sensor update policies.',
            `In every policy that would move hosts to ${said(component)}, set the sensor version to ${stay(good, 'an explicit earlier version')} in place of Auto.`,
            'Turn on uninstall and maintenance protection only after you have checked that you can go back.',
          ],
        },
  defender: ({ component, good }) => ({
    console: 'Microsoft Defender: update channels',
    steps: [
      'Intune: Endpoint security, Antivirus, Defender Update controls. Group Policy: Windows Components, Microsoft Defender Antivirus.',
      `Set the channel of ${component.kind === 'content' ? 'security intelligence updates' : 'platform and engine updates'} to Current Channel (Staged), or Critical (Time delay) for engine and platform, so that ${said(component)} does not come to more machines.`,
      'Where definitions come from WSUS or Configuration Manager: disable the automatic approval or deployment rule of Defender definitions.',
      `A machine that has it already goes back with MpCmdRun.exe -RevertPlatform (platform), or with MpCmdRun.exe -RemoveDefinitions (definitions)${good ? `; ${said(good)} is well here` : ''}.`,
    ],
  }),
  sentinelone: ({ component, good }) => ({
    console: 'SentinelOne: upgrade policy',
    steps: [
      'Sentinels, Upgrade Policy, at the scope of each site.',
      `Disable the rule that goes to ${said(component)}, or set its package to ${stay(good, 'the version before')}.`,
    ],
  }),
  sophos: ({ component, good }) => ({
    console: 'Sophos Central: update management',
    steps: [
      'My Products, Endpoint, Policies, Update Management.',
      `Choose a fixed-term or long-term support package other than ${said(component)}${good ? `, such as ${said(good)}` : ''}, for every policy but the pilot’s.`,
    ],
  }),
}

const said = (component: ComponentRef) => componentWords(component)
const stay = (good: ComponentRef | undefined, otherwise: string) => (good ? said(good) : otherwise)

/** Every console that people use for this kind of component, with the exact version in it. */
export function recipesOf(held: Held): readonly Recipe[] {
  const { component } = held
  const product = component.name.split('/')[0]?.toLowerCase() ?? ''
  if (component.kind === 'sensor' || component.kind === 'content' || component.kind === 'product') {
    const known = Object.entries(SENSORS).find(([name]) => product.includes(name))?.[1]
    // what a product fetches by itself is no app that somebody deploys
    return [known ? known(held) : anyConsole(held), ...(component.kind === 'content' ? [] : deployed(held))]
  }
  if (component.kind === 'os') return windows(held)
  if (component.kind === 'driver' || component.kind === 'firmware') return drivers(held)
  return deployed(held)
}

const anyConsole = ({ component, good }: Held): Recipe => ({
  console: `The console of ${component.name}`,
  steps: [
    'Find where updates are assigned to groups of machines: rings, channels or update policies.',
    `Pin every group but the pilot to ${stay(good, 'the version that it has now')}, so that ${said(component)} goes no further.`,
  ],
})

const windows = ({ component }: Held): readonly Recipe[] => [
  {
    console: 'Intune: update rings, Windows Update for Business',
    steps: [
      'Devices, Windows updates, Update rings. Open each ring that has not had it.',
      `Pause, Quality updates: it holds for 35 days, and ${said(component)} is not offered meanwhile. Machines that have it can go back by Uninstall, Quality updates.`,
      'Windows Autopatch: Release management, Release schedule, Pause.',
    ],
  },
  {
    console: 'Windows Update for Business by Group Policy',
    steps: [
      'Windows Components, Windows Update, Manage updates offered from Windows Update: Select when Quality Updates are received.',
      `Set the pause’s start date to today, or defer by enough days that ${said(component)} is not offered.`,
    ],
  },
  {
    console: 'WSUS',
    steps: [
      `Search the updates for the build ${component.version}, which its title or its article names.`,
      'Decline it, or set its approval to Not Approved for every group but the pilot. Approve for Removal where it can be removed.',
      'Disable the automatic approval rule that let it in.',
    ],
  },
  configurationManager(`the update that brings ${said(component)}`),
]

const drivers = ({ component, good }: Held): readonly Recipe[] => [
  {
    console: 'Intune: driver updates',
    steps: [
      'Devices, Windows updates, Driver updates. Open the policy, and the driver in it.',
      `Pause, or decline ${said(component)}${good ? `; ${said(good)} is well here` : ''}.`,
    ],
  },
  {
    console: 'WSUS',
    steps: [
      `Search the drivers for ${component.name} ${component.version}; decline it, and take Drivers from the automatic approval.`,
    ],
  },
  {
    console: 'The maker’s own updater (Dell, HP, Lenovo)',
    steps: [
      `Exclude ${component.name} ${component.version} in its policy, or set the updater to manual for every group but the pilot.`,
    ],
  },
  configurationManager(`the package with ${said(component)}`),
]

const deployed = ({ component }: Held): readonly Recipe[] => [
  {
    console: 'Intune: apps',
    steps: [
      `Apps, Windows. Open the app that installs ${said(component)}, Properties, Assignments.`,
      'Remove every group but the pilot’s. What is installed stays; nobody else gets it.',
    ],
  },
  configurationManager(`the deployment of ${said(component)}`),
]

function configurationManager(what: string): Recipe {
  return {
    console: 'Configuration Manager',
    steps: [
      `Software Library: find ${what}, and its deployments in the lower pane.`,
      'Disable each deployment but the pilot’s (right click, Disable), and the automatic deployment rule that made it.',
      'Clients ask for policy every hour: whatever has begun within that time still comes.',
    ],
  }
}
