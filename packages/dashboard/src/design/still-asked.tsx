/** What goes by a tag that nothing has any more: whoever gave it another name has to change these, too. */
export function StillAsked({ by }: { by: readonly string[] | undefined }) {
  if (!by || by.length === 0) return null
  return (
    <>
      <b>No machine has that tag any more, and it is still asked for:</b> {by.join(', ')}. Change it there, too.
    </>
  )
}
