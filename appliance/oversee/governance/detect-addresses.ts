// Whether a text is a postal address. A Chinese one names a region and then something smaller twice, a road with its number, or an estate with a
// building; a Western one has a number before or after a street, and a town or a postcode beside it where that alone could be anything.

import { normaliseAddress, parseAddress } from '../../core/values/address.ts';

const hanWords = /[省市区县镇乡村路街道巷弄号栋幢室楼組组舍]/u;
/** An estate, a campus, a tower, and in it a building, an entrance, a floor or a room with its number. */
const estate =
  /\p{Script=Han}{2}(?:小区|花园|花苑|公寓|家园|新村|大厦|广场|校区|社区|山庄|家属院|[园苑城府庭])[^，。！？]{0,12}\d[^，。！？]{0,12}(?:栋|幢|座|号楼|单元|室|舍|层|楼)/u;

export function isHanAddress(value: string): boolean {
  if (!hanWords.test(value)) return false;
  const parsed = parseAddress(value);
  if (!parsed.ok || !normaliseAddress(value).ok) return false;
  const { province, city, district, town, street, number, unit, postcode } = parsed.value;
  const parts = [province ?? city, district, town, street, number, unit, postcode].filter((part) => part !== undefined).length;
  return parts >= 3 || (street !== undefined && number !== undefined) || estate.test(value);
}

const streetWord =
  /^(?:st|street|str|rd|road|ave|av|avenue|ln|lane|dr|drive|blvd|boulevard|way|ct|court|pl|place|sq|square|ter|terrace|cl|close|cres|crescent|pde|parade|hwy|highway|pkwy|parkway|row|walk|gardens|quay|wharf|strasse|straße)\.?$/i;
/** Kinds of streets that stand before the name, in French, Italian, Spanish and Portuguese. */
const streetFirst =
  /^(?:rue|avenue|av|boulevard|bd|place|chemin|allée|allee|quai|impasse|cours|via|viale|corso|piazza|calle|avenida|paseo|plaza|rua|praça)$/i;
const direction = /^(?:[nsew]|[ns][ew]|north|south|east|west|\d+[a-z]?|#\S+)\.?$/i;
const houseNumber = /^(?:(?:no\.?|blk\.?|block|#)\s*)?\d{1,5}[a-z]?(?:[-/]\d{1,5}[a-z]?)?\s+(?:(?:bis|ter)\s+)?(?=\p{L})/iu;
const endsWithNumber = /\p{L}{3}.*\s\d{1,4}(?:\s?-\s?\d{1,4})?\s?[a-z]?$/iu;
const postcodeFirst = /^(?:[A-Z]{1,2}-)?\d{4,5}\s\p{L}/u;
const postBox = /\bp\.?\s?o\.?\s?box\s+\d/i;

export function isWesternAddress(value: string): boolean {
  if (postBox.test(value)) return true;
  const fields = value
    .replace(/^(no\.?\s*\d+),\s+/i, '$1 ')
    .split(/\s*[,;\n]\s*/)
    .slice(0, 8);
  return fields.some((field, at) => {
    if (endsWithNumber.test(field) && postcodeFirst.test(fields[at + 1] ?? '')) return true;
    const number = houseNumber.exec(field);
    return number !== null && isStreet(field.slice(number[0].length).split(/\s+/), fields.length);
  });
}

/** @param words what follows the number of the house  @param fields how many parts there are in all */
function isStreet(words: readonly string[], fields: number): boolean {
  if (streetFirst.test(words[0]!)) return words.length > 1 && fields > 1;
  const at = words.findIndex((word, place) => place > 0 && streetWord.test(word));
  if (at < 0) return false;
  const rest = words.slice(at + 1);
  // What else stands there may be the town, if a number or another part follows it.
  return rest.every((word) => direction.test(word)) || fields > 1 || rest.some((word) => /\d{3}/.test(word));
}
