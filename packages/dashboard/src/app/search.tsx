import { useRef } from 'react'
import { useLocation } from 'wouter'
import { to } from '../design/links.ts'
import { useSlash } from '../design/slash.ts'
import { FOUND_GOES_THERE } from '../query/found.ts'
import { QueryBox } from '../query/query-box.tsx'

/** The search at the top: any question to the fleet, answered on the machines page, which has its own, larger field. */
export function Search() {
  const [path] = useLocation()
  return <search className="search">{path !== to.machines() && <Field />}</search>
}

function Field() {
  const [, navigate] = useLocation()
  const input = useRef<HTMLInputElement>(null)
  useSlash(input)
  return (
    <QueryBox
      inputRef={input}
      value=""
      onSubmit={(query) => navigate(to.machines(query), { state: FOUND_GOES_THERE })}
      label="Search machines"
      placeholder="Search machines   /"
    />
  )
}
