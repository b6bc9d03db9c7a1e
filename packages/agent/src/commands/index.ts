export async function runCommand(_argv: string[]): Promise<void> {}
