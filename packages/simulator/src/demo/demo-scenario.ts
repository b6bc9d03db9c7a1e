import { HOUR, isoMinute } from '@pumphandle/shared/time'
import { parseScenario } from '../scenario/read.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { DEMO_MACHINES, DEMO_REGIONS } from './demo-places.ts'

/** Seconds after which the bad content file is sent: time to look around first. */
export const BAD_CONTENT_AT_S = 60
/** Seconds after which it is withdrawn. On 19 July 2024 that took 78 minutes; nobody watches a demo for so long. */
const WITHDRAWN_AT_S = 210
const RUNS_FOR_S = 30 * 86_400

/**
 * The night of 19 July 2024, shortened: channel file 291 reaches Falcon machines, those with sensor 7.15 and 7.16 crash
 * and crash again at each boot, the file is withdrawn, most recover by themselves and some never come back.
 * @param now milliseconds since 1970: content is dated today
 * @param startsAt hour of the fleet's own day, so that surgeries are open whenever somebody tries the demo
 */
export function demoScenario(now: number, startsAt: string): Scenario {
  return parseScenario({
    format: 'fhm-scenario/1',
    id: 'demo',
    title: 'A bad content file, its withdrawal, and recovery',
    inspired_by: 'CrowdStrike, 19 July 2024',
    seed: 295,
    clock: { start: startsAt, duration_s: RUNS_FOR_S },
    agent: { boot_s: [25, 55] },
    fleet: {
      machines: DEMO_MACHINES,
      regions: DEMO_REGIONS,
      region_affinity: 0.35,
      hours: { weekday_prob: 0.97 },
      stacks: [
        {
          product: 'falcon',
          share: 0.34,
          sensor: { '7.16.18605.0': 0.55, '7.15.18514.0': 0.27, '7.10.17706.0': 0.18 },
          content: isoMinute(now - 7 * HOUR),
          content_name: 'falcon/291',
          driver: 'csagent.sys',
        },
        {
          product: 'defender',
          share: 0.46,
          sensor: { '4.18.24060.7': 0.7, '4.18.24050.7': 0.3 },
          content: '1.415.118.0',
          driver: 'wdfilter.sys',
        },
        {
          product: 'sophos',
          share: 0.2,
          sensor: { '2024.1.1.4': 0.8, '2023.2.2.2': 0.2 },
          content: isoMinute(now - 5 * HOUR),
          driver: 'sophosed.sys',
        },
      ],
      attrs: {
        os: { '19045.4651': 0.5, '19045.4529': 0.12, '22631.3880': 0.35, '20348.2582': 0.03 },
        hw: {
          'OptiPlex 3080': 0.28,
          'OptiPlex 7010': 0.2,
          'ProDesk 400 G7': 0.18,
          'EliteDesk 800 G6': 0.1,
          'ThinkCentre M70q': 0.12,
          'Latitude 5420': 0.07,
          'ThinkPad L14': 0.05,
        },
        gpu: {
          'igdkmd64.sys@31.0.101.2111': 0.65,
          'igdkmd64.sys@30.0.101.1692': 0.25,
          'atikmdag.sys@31.0.14057.5006': 0.1,
        },
        nic: { 'e1d68x64.sys@12.19.2.45': 0.6, 'rt640x64.sys@10.68.815.2023': 0.4 },
        enc: { none: 0.85, 'eedservice.sys@8.2.1': 0.15 },
        app: { 'emis-web@9.20.4': 0.55, 'systmone@11.3.2': 0.45 },
        print: { 'pmonitor.sys@4.2.0': 0.7, 'pmonitor.sys@3.9.1': 0.3 },
      },
    },
    background: { crash_per_device_week: 0.05, content_updates_per_day: 0, power_cut_site_year: 0, wan_site_year: 0 },
    rollouts: [
      {
        id: 'good-defender',
        at_s: 25,
        product: 'defender',
        slot: 'content',
        version: '1.415.123.0',
        arrival: { mean_s: 90 },
      },
      {
        id: 'good-sophos',
        at_s: 45,
        product: 'sophos',
        slot: 'content',
        version: isoMinute(now),
        arrival: { mean_s: 120 },
      },
      {
        id: 'bad-falcon',
        at_s: BAD_CONTENT_AT_S,
        product: 'falcon',
        slot: 'content',
        version: isoMinute(now + BAD_CONTENT_AT_S * 1000),
        arrival: { mean_s: 40 },
        revert_at_s: WITHDRAWN_AT_S,
        revert_version: isoMinute(now + WITHDRAWN_AT_S * 1000),
      },
    ],
    defects: [
      {
        when: {
          content: `falcon@${isoMinute(now + BAD_CONTENT_AT_S * 1000)}`,
          sensor: ['falcon@7.16.18605.0', 'falcon@7.15.18514.0'],
        },
        trigger: 'arrival',
        delay: { min_s: 3, max_s: 30 },
        symptom: 'crash',
        bugcheck: '0x50',
        driver: 'csagent.sys',
        repeat: 'every_boot',
        boot_delay_s: [12, 40],
        report_prob: 0.6,
        recover_prob_per_boot: 0.75,
        stuck_after: 3,
        stuck_prob: 0.03,
      },
    ],
  }).scenario
}
