/** A pump's spout and handle. */
export function Logo() {
  return (
    <svg viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="var(--accent)" />
      <path
        d="M5 9h13a3 3 0 0 1 3 3v3M18 9v17M13 26h10"
        fill="none"
        stroke="var(--accent-ink)"
        strokeWidth="3"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <circle cx="21" cy="19.5" r="1.8" fill="var(--accent-ink)" />
    </svg>
  )
}
