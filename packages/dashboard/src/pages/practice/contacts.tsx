import type { PracticeDetail } from '@pumphandle/shared/api'

/** Whom to ring, as links that a telephone dials. */
export function Contacts({ contacts }: { contacts: PracticeDetail['contacts'] }) {
  if (contacts.length === 0) return <p className="quiet">None known. An admin can add them here.</p>
  return (
    <ul className="plain-list">
      {contacts.map((c) => (
        <li key={`${c.name} ${c.phone}`} className="fact-line">
          <span>
            {c.name} <span className="quiet">{c.role}</span>
          </span>
          <span>
            {c.phone && <a href={`tel:${c.phone.replaceAll(/\s/g, '')}`}>{c.phone}</a>}{' '}
            {c.email && <a href={`mailto:${c.email}`}>Email</a>}
          </span>
        </li>
      ))}
    </ul>
  )
}
