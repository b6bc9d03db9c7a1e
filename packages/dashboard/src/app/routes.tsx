import { lazy } from 'react'
import { Redirect, Route, Switch } from 'wouter'
import { to } from '../design/links.ts'
import Overview from '../pages/overview/overview.tsx'
import { NotFound } from './not-found.tsx'
import { Shell } from './shell.tsx'

// one chunk a page: what is open is loaded, and nothing else. The first page of the day comes with what all pages have
const Incidents = lazy(() => import('../pages/incidents/incidents.tsx'))
const Incident = lazy(() => import('../pages/incident/incident.tsx'))
const Recovery = lazy(() => import('../pages/recovery/recovery.tsx'))
const Machines = lazy(() => import('../pages/machines/machines.tsx'))
const Machine = lazy(() => import('../pages/machine/machine.tsx'))
const Changes = lazy(() => import('../pages/changes/changes.tsx'))
const Trends = lazy(() => import('../pages/trends/trends.tsx'))
const Sensors = lazy(() => import('../pages/sensors/sensors.tsx'))
const Version = lazy(() => import('../pages/version/version.tsx'))
const Practices = lazy(() => import('../pages/practices/practices.tsx'))
const Practice = lazy(() => import('../pages/practice/practice.tsx'))
const RegionMap = lazy(() => import('../pages/map/map.tsx'))
const Hold = lazy(() => import('../pages/hold/hold.tsx'))
const Report = lazy(() => import('../pages/report/report.tsx'))
const Start = lazy(() => import('../pages/start/start.tsx'))
const Retired = lazy(() => import('../pages/retired/retired.tsx'))
const Coverage = lazy(() => import('../pages/coverage/coverage.tsx'))
const Card = lazy(() => import('../pages/card/card.tsx'))
const Sheet = lazy(() => import('../pages/sheet/sheet.tsx'))
const Account = lazy(() => import('../pages/account/account.tsx'))
const Settings = lazy(() => import('../pages/settings/settings.tsx'))
const Wall = lazy(() => import('../pages/wall/wall.tsx'))

/** The pages by address. Wall and sheet stand without the frame; the rest share it. */
export function Routes() {
  return (
    <Switch>
      <Route path="/wall">
        <Wall />
      </Route>
      <Route path="/incidents/:id/report">{({ id }) => <Report id={id} />}</Route>
      <Route path="/practices/:code/card">{({ code }) => <Card code={code} />}</Route>
      <Route path="/practices/:code/sheet">{({ code }) => <Sheet code={code} />}</Route>
      <Route>
        <Shell>
          <Switch>
            <Route path="/">
              <Overview />
            </Route>
            <Route path="/incidents">
              <Incidents />
            </Route>
            <Route path="/incidents/:id/recovery">{({ id }) => <Recovery id={id} />}</Route>
            <Route path="/incidents/:id">{({ id }) => <Incident id={id} />}</Route>
            <Route path="/machines">
              <Machines />
            </Route>
            <Route path="/machines/:id">{({ id }) => <Machine id={id} key={id} />}</Route>
            <Route path="/map">
              <RegionMap />
            </Route>
            <Route path="/hold">
              <Hold />
            </Route>
            <Route path="/start">
              <Start />
            </Route>
            <Route path="/retired">
              <Retired />
            </Route>
            <Route path="/coverage">
              <Coverage />
            </Route>
            <Route path="/changes">
              <Changes />
            </Route>
            <Route path="/trends">
              <Trends />
            </Route>
            <Route path="/sensors">
              <Sensors />
            </Route>
            <Route path="/version">
              <Version />
            </Route>
            <Route path="/practices">
              <Practices />
            </Route>
            <Route path="/practices/:code">{({ code }) => <Practice code={code} />}</Route>
            <Route path="/account">
              <Account />
            </Route>
            <Route path="/settings/:part?">{({ part }) => <Settings part={part} />}</Route>
            <Route path="/sign-in">
              <Redirect to={to.overview()} replace />
            </Route>
            <Route>
              <NotFound />
            </Route>
          </Switch>
        </Shell>
      </Route>
    </Switch>
  )
}
