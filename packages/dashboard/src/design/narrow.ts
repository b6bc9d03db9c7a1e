/** A telephone's screen, when the page is drawn; the width at which the stylesheets change too. */
export const isNarrow = () => matchMedia('(max-width: 760px)').matches
