/** Puts text on the clipboard. @returns false where the browser gives none, as without https: say so, and let it be selected by hand */
export async function copyText(text: string): Promise<boolean> {
  try {
    // absent, whatever its type says, where the page did not come over https
    await (navigator as Partial<Navigator>).clipboard?.writeText(text)
    return 'clipboard' in navigator
  } catch {
    return false
  }
}
