/** Tables from which people are made up. */

export const FEMALE_NAMES = words(
  'Amelia Grace Helen Priya Fatima Ruth Nkechi Joan Alison Margaret Chloe Yasmin Bethan Eilidh Sunita Karen',
);
export const MALE_NAMES = words(
  'Oliver David Rajesh Thomas Kwame Peter Mohammed Alan Gareth Stuart Daniel Ian Hamish Owen George Samuel',
);
export const LAST_NAMES = words(
  'Hart Patel Okafor Whitfield Campbell Hussain Davies Thornton Reyes Ashworth MacLeod Singh Beaumont Clarke Nwosu Fletcher Griffiths Holloway Ingram Jephson',
);

/** People whose names do not fit into ASCII. */
export const UNUSUAL_NAMES = [
  { firstName: 'Zoë', lastName: 'Ó Briain', gender: 'female' },
  { firstName: 'Łukasz', lastName: 'Wójcik', gender: 'male' },
  { firstName: 'Siân', lastName: 'Llŷr-Pugh', gender: 'female' },
  { firstName: '大文', lastName: '陳', gender: 'male' },
  { firstName: 'José', lastName: "D'Souza-Nuñez", gender: 'male' },
] as const;

export const BUSINESS_NAMES = [
  'Hart Holdings Ltd',
  'Thornton & Sons LLP',
  'Café Brontë Ltd',
  'Solent Marine plc',
  'Okafor Dental Partners',
];

export const TOWNS = [
  { town: 'Waterlooville', county: 'Hampshire', postcode: 'PO7 7YH' },
  { town: 'Leeds', county: 'West Yorkshire', postcode: 'LS1 4AP' },
  { town: 'Cardiff', county: null, postcode: 'CF10 1EP' },
  { town: 'Edinburgh', county: null, postcode: 'EH1 1YZ' },
  { town: 'Newport Pagnell', county: 'Buckinghamshire', postcode: 'MK16 8AB' },
  { town: 'Truro', county: 'Cornwall', postcode: 'TR1 2QJ' },
];

export const STREETS = ['The Briars', 'High Street', 'Church Lane', 'Victoria Road', 'Heol y Parc', 'Mill Close'];

/** Providers as both platforms know them: the same names under different ids. */
export const PROVIDERS = [
  { name: 'Aviva', code: 'AVI' },
  { name: 'Legal & General', code: 'LG' },
  { name: 'Royal London', code: 'RL' },
  { name: 'Quilter', code: 'QUI' },
  { name: 'Scottish Widows', code: 'SW' },
  { name: 'abrdn', code: 'ABR' },
  { name: 'Nationwide', code: 'NBS' },
  { name: 'Transact', code: 'TRA' },
];

export const FUNDS = [
  { isin: 'GB00B41YBW71', name: 'Global equity fund', price: 21.37, riskLevel: 'RL7' },
  { isin: 'GB00B3X7QG63', name: 'UK all share index', price: 3.4821, riskLevel: 'RL8' },
  { isin: 'GB00B45Q9038', name: 'Strategic bond', price: 1.118, riskLevel: 'RL3' },
  { isin: 'IE00B50W2R13', name: 'Emerging markets', price: 12.09, riskLevel: 'RL9' },
  { isin: 'LU0290358497', name: 'Overnight cash', price: 144.2, riskLevel: 'RL1' },
];

/** Third parties that Plannr allows in an external reference (platform documentation). */
export const THIRD_PARTIES = words(
  'adviser_office aj_bell be_iq_organisation conquest filehaven finio fundment intelliflo_office octopus_money nucleus p1 parmenion seccl smartsearch soderberg transact_remuneration',
);

function words(text: string): readonly string[] {
  return text.split(' ');
}
