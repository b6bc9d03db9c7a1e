/** Where a tile lies in the grid, from the north and from the west. */
export interface Place {
  readonly row: number
  readonly column: number
}

export interface Icb extends Place {
  /** ODS code of the integrated care board. */
  readonly code: string
  /** As its name reads between NHS and ICB. */
  readonly name: string
  /** For a tile as wide as a thumb. */
  readonly short: string
}

/**
 * England's 42 integrated care boards of July 2022, each a tile about where it lies: neighbours are neighbours as far as
 * squares can be. Codes and names: NHS England, ODS "Integrated Care Boards". Read it as a map.
 */
const ROWS: readonly (readonly [column: number, code: string, name: string, short: string][])[] = [
  [[3, 'QHM', 'North East and North Cumbria', 'NENC']],
  [
    [2, 'QE1', 'Lancashire and South Cumbria', 'Lancs'],
    [3, 'QWO', 'West Yorkshire', 'W Yks'],
    [4, 'QOQ', 'Humber and North Yorkshire', 'Humb'],
  ],
  [
    [1, 'QYG', 'Cheshire and Merseyside', 'Chesh'],
    [2, 'QOP', 'Greater Manchester', 'Manc'],
    [3, 'QF7', 'South Yorkshire', 'S Yks'],
  ],
  [
    [1, 'QOC', 'Shropshire, Telford and Wrekin', 'Shrop'],
    [2, 'QNC', 'Staffordshire and Stoke-on-Trent', 'Staffs'],
    [3, 'QJ2', 'Derby and Derbyshire', 'Derby'],
    [4, 'QT1', 'Nottingham and Nottinghamshire', 'Notts'],
    [5, 'QJM', 'Lincolnshire', 'Lincs'],
    [6, 'QMM', 'Norfolk and Waveney', 'Norf'],
  ],
  [
    [1, 'QGH', 'Herefordshire and Worcestershire', 'Heref'],
    [2, 'QUA', 'Black Country', 'BlkC'],
    [3, 'QHL', 'Birmingham and Solihull', 'Birm'],
    [4, 'QK1', 'Leicester, Leicestershire and Rutland', 'Leics'],
    [5, 'QUE', 'Cambridgeshire and Peterborough', 'Camb'],
    [6, 'QJG', 'Suffolk and North East Essex', 'Suff'],
  ],
  [
    [1, 'QR1', 'Gloucestershire', 'Glos'],
    [2, 'QWU', 'Coventry and Warwickshire', 'Warw'],
    [3, 'QPM', 'Northamptonshire', 'Nhant'],
    [4, 'QHG', 'Bedfordshire, Luton and Milton Keynes', 'BLMK'],
    [5, 'QM7', 'Hertfordshire and West Essex', 'Herts'],
    [6, 'QH8', 'Mid and South Essex', 'Essex'],
  ],
  [
    [1, 'QUY', 'Bristol, North Somerset and South Gloucestershire', 'Brist'],
    [2, 'QOX', 'Bath and North East Somerset, Swindon and Wiltshire', 'BSW'],
    [3, 'QU9', 'Buckinghamshire, Oxfordshire and Berkshire West', 'BOB'],
    [4, 'QRV', 'North West London', 'NWL'],
    [5, 'QMJ', 'North Central London', 'NCL'],
    [6, 'QMF', 'North East London', 'NEL'],
  ],
  [
    [1, 'QSL', 'Somerset', 'Som'],
    [3, 'QNQ', 'Frimley', 'Frim'],
    [4, 'QWE', 'South West London', 'SWL'],
    [5, 'QKK', 'South East London', 'SEL'],
    [6, 'QKS', 'Kent and Medway', 'Kent'],
  ],
  [
    [0, 'QT6', 'Cornwall and the Isles of Scilly', 'Corn'],
    [1, 'QJK', 'Devon', 'Devon'],
    [2, 'QVV', 'Dorset', 'Dors'],
    [3, 'QRL', 'Hampshire and Isle of Wight', 'Hants'],
    [4, 'QXU', 'Surrey Heartlands', 'Surr'],
    [5, 'QNX', 'Sussex', 'Suss'],
  ],
]

export const ICBS: readonly Icb[] = ROWS.flatMap((tiles, row) =>
  tiles.map(([column, code, name, short]) => ({ row, column, code, name, short })),
)

/** Boards that took others over on 1 April 2026, each where one of them stood. */
const MERGED: readonly (readonly [code: string, name: string, short: string, stands: string])[] = [
  ['S1Y5D', 'Central East', 'CEast', 'QUE'],
  ['D7T5G', 'Essex', 'Essex', 'QH8'],
  ['T6Y0W', 'Norfolk and Suffolk', 'N&S', 'QMM'],
  ['Z9B2Z', 'West and North London', 'WNL', 'QRV'],
  ['S9B9J', 'Surrey and Sussex', 'Sy&Sx', 'QXU'],
  ['S0E4D', 'Thames Valley', 'Thame', 'QU9'],
]

/** A board's name without what files write around it: NHS, ICB, commas, the word "the". */
function bare(name: string): string {
  return name
    .toLowerCase()
    .replace(/\bnhs\b|\bicb\b|\bintegrated care (board|system)\b|\bthe\b/g, ' ')
    .replaceAll('&', ' and ')
    .replace(/[^a-z]+/g, ' ')
    .trim()
}

const BY_NAME = new Map<string, Icb>(
  ICBS.flatMap((icb) => [[icb.code.toLowerCase(), icb] as const, [bare(icb.name), icb] as const]),
)

for (const [code, name, short, stands] of MERGED) {
  const before = BY_NAME.get(stands.toLowerCase())
  if (before) for (const said of [code.toLowerCase(), bare(name)]) BY_NAME.set(said, { ...before, code, name, short })
}

/** The board that a region is, by its code or its name; undefined where it is none. */
export function icbOf(region: string): Icb | undefined {
  return BY_NAME.get(region.trim().toLowerCase()) ?? BY_NAME.get(bare(region))
}
