/** A program that a practice works with: its versions are components of kind `app`, and its crashes are told by its name. */
export interface PracticeProgram {
  /** The component name that the agent reports it under. */
  readonly id: string
  /** What people call it. */
  readonly title: string
  /** What its installers call it in "Apps and features", and by whom, where the name alone is a word of many. */
  readonly installers: readonly { readonly title: RegExp; readonly publisher?: RegExp }[]
  /** File names of its programs, in lower case; `*` stands for any letters, digits, dots and dashes. */
  readonly processes: readonly string[]
}

/**
 * Clinical systems of English GP practices, and what they lean on all day, in the order of ids. Names of installers and
 * programs are those that vendors' documents and suppliers' notes give; a program that is not named here is still told of
 * when it crashes, by the name of its file.
 */
export const PRACTICE_PROGRAMS: readonly PracticeProgram[] = [
  {
    id: 'accurx',
    title: 'Accurx',
    installers: [{ title: /^accurx\b/i }],
    processes: ['accurx*.exe'],
  },
  {
    id: 'acrobat',
    title: 'Adobe Acrobat',
    installers: [{ title: /^Adobe (Acrobat|Reader)\b/i, publisher: /adobe/i }],
    processes: ['acrobat.exe', 'acrord32.exe', 'acrocef.exe', 'rdrcef.exe'],
  },
  {
    id: 'docman',
    title: 'Docman',
    installers: [{ title: /^Docman\b/i }, { title: /\bDocman 10\b/i }],
    processes: ['docman*.exe'],
  },
  {
    id: 'edge-webview',
    title: 'Edge WebView2',
    installers: [{ title: /^Microsoft Edge WebView2 Runtime/i }],
    processes: ['msedgewebview2.exe'],
  },
  {
    id: 'emis-web',
    title: 'EMIS Web',
    installers: [{ title: /\bEMIS(\s+Web|\s+Health|\s+Enterprise)?\b/i }],
    processes: ['emisweb*.exe', 'emis.web*.exe', 'egton*.exe'],
  },
  {
    id: 'identity-agent',
    title: 'NHS Identity Agent',
    installers: [
      { title: /^(HSCIC|NHS Digital|NHS|BT|NHSD) Identity Agent\b/i },
      { title: /^NHS Credential Management\b/i },
    ],
    processes: ['identityagent*.exe', 'iagent*.exe', 'nhscredentialmanagement*.exe', 'nhsd.credentialmanagement*.exe'],
  },
  {
    id: 'lexacom',
    title: 'Lexacom',
    installers: [{ title: /^Lexacom\b/i }],
    processes: ['lexacom*.exe'],
  },
  {
    id: 'office',
    title: 'Microsoft Office',
    installers: [{ title: /^Microsoft (365 Apps|Office (365 ProPlus|LTSC|Professional|Standard|Home|Personal))\b/i }],
    processes: ['winword.exe', 'excel.exe'],
  },
  {
    id: 'outlook',
    title: 'Outlook',
    installers: [{ title: /^Microsoft Outlook\b/i }],
    processes: ['outlook.exe', 'olk.exe'],
  },
  {
    id: 'papercut',
    title: 'PaperCut',
    installers: [{ title: /^PaperCut\b/i }],
    processes: ['pc-client.exe', 'pc-print-*.exe'],
  },
  {
    id: 'print-spooler',
    title: 'the print spooler',
    installers: [],
    processes: ['spoolsv.exe', 'printisolationhost.exe', 'splwow64.exe'],
  },
  {
    id: 'smart-card-middleware',
    title: 'the smart card software',
    installers: [
      { title: /^(SafeNet|Gemalto|Thales).*(Authentication Client|Minidriver)/i },
      { title: /^(Oberthur|IDEMIA|OT).*(AWP|Middleware|ID-One)/i },
      { title: /^HID ActivClient\b|^ActivClient\b/i },
    ],
    processes: ['sacmonitor.exe', 'sacsrv.exe', 'accoca.exe', 'acevents.exe'],
  },
  {
    id: 'systmone',
    title: 'SystmOne',
    installers: [{ title: /\b(SystmOne|TPP Client)\b/i }],
    processes: ['systmone*.exe', 'tppclient*.exe'],
  },
  {
    id: 'vision',
    title: 'Vision',
    installers: [
      { title: /^Vision\b/i, publisher: /in practice systems|INPS|Cegedim/i },
      { title: /\b(INPS|Cegedim) Vision\b|\bVision (3|Clinical|\+)/i },
    ],
    processes: ['vision.exe', 'vision3*.exe', 'visionplus*.exe', 'inps*.exe'],
  },
]

const PROCESSES = PRACTICE_PROGRAMS.flatMap((program) =>
  program.processes.map((file) => ({
    program,
    matches: new RegExp(`^${file.replaceAll('.', '\\.').replaceAll('*', '[\\w.-]*')}$`, 'i'),
  })),
)

/** The program of an id, such as `emis-web`. */
export function programOf(id: string): PracticeProgram | undefined {
  return PRACTICE_PROGRAMS.find((program) => program.id === id)
}

/** The program that an entry of "Apps and features" belongs to. */
export function programOfInstaller(title: string, publisher: string | undefined): PracticeProgram | undefined {
  return PRACTICE_PROGRAMS.find(({ installers }) =>
    installers.some((one) => one.title.test(title) && (!one.publisher || one.publisher.test(publisher ?? ''))),
  )
}

/** The program that runs from a file of this name. */
export function programOfProcess(file: string): PracticeProgram | undefined {
  return PROCESSES.find(({ matches }) => matches.test(file))?.program
}
