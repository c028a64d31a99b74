// A Western address: unit, number and street, town, state and postcode, with the usual abbreviations brought to one form.

import type { AddressParts } from './address.ts';
import { comparisonText } from './text.ts';

const streetWords = new Map(
  Object.entries({
    street: 'st',
    str: 'st',
    avenue: 'ave',
    av: 'ave',
    road: 'rd',
    drive: 'dr',
    drv: 'dr',
    boulevard: 'blvd',
    lane: 'ln',
    court: 'ct',
    place: 'pl',
    square: 'sq',
    terrace: 'tce',
    terr: 'tce',
    ter: 'tce',
    parade: 'pde',
    crescent: 'cres',
    cr: 'cres',
    close: 'cl',
    circuit: 'cct',
    highway: 'hwy',
    parkway: 'pkwy',
    north: 'n',
    south: 's',
    east: 'e',
    west: 'w',
    northeast: 'ne',
    northwest: 'nw',
    southeast: 'se',
    southwest: 'sw',
    mount: 'mt',
    saint: 'st',
    strasse: 'str',
    straße: 'str',
  }),
);
const countries = new Map(
  Object.entries({
    usa: 'US',
    us: 'US',
    'united states': 'US',
    'united states of america': 'US',
    uk: 'GB',
    'united kingdom': 'GB',
    england: 'GB',
    australia: 'AU',
    canada: 'CA',
    china: 'CN',
    germany: 'DE',
    deutschland: 'DE',
    france: 'FR',
    singapore: 'SG',
  }),
);
const unitWords =
  /\b(?:apartment|apt|flat|unit|suite|ste|room|rm|floor|fl|level|lvl|#)\.?\s*#?\s*([a-z0-9]+(?:-[a-z0-9]+)?)\b\.?/i;
const postcode = /\b([a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}|[a-z]\d[a-z] ?\d[a-z]\d|\d{5}(?:-\d{4})?|\d{4}|\d{6})$/i;
const stateWord = /\b([a-z]{2,3})$/i;

export function westernParts(full: string): AddressParts {
  const parts: { -readonly [name in keyof AddressParts]: string } = {};
  const fields = comparisonText(full)
    .split(/\s*[,;]\s*/)
    .filter((field) => field !== '');
  const country = countries.get((fields.at(-1) ?? '').replace(/\./g, ''));
  if (country && fields.length > 1) {
    parts.country = country;
    fields.pop();
  }
  if (fields.length > 1) takeRegion(fields, parts);
  const unit = unitWords.exec(fields.join(', '));
  const line = (unit ? fields.join(', ').replace(unit[0], ' ') : fields.join(', '))
    .split(/\s*,\s*/)
    .filter((field) => field.trim() !== '');
  if (unit) parts.unit = unit[1]!;
  const street = (line.shift() ?? '').trim();
  const slashed = /^(\d+[a-z]?)\s*\/\s*(?=\d)/.exec(street);
  if (slashed && !unit) parts.unit = slashed[1]!;
  takeStreet(slashed ? street.slice(slashed[0].length) : street, parts);
  const town = line.pop();
  if (town !== undefined) parts.city = town.trim();
  if (line.length > 0) parts.rest = line.join(' ');
  return parts;
}

function takeRegion(fields: string[], parts: { -readonly [name in keyof AddressParts]: string }): void {
  let last = fields.pop()!;
  const code = postcode.exec(last);
  if (code) {
    parts.postcode = code[1]!.replace(' ', '');
    last = last.slice(0, code.index).trim();
  }
  const state = code || fields.length > 1 ? stateWord.exec(last.replace(/\./g, '')) : null;
  if (state) {
    parts.province = state[1]!;
    last = last.replace(/\./g, '').slice(0, -state[1]!.length).trim();
  }
  if (last !== '') fields.push(last);
}

function takeStreet(street: string, parts: { -readonly [name in keyof AddressParts]: string }): void {
  const leading = /^(?:no\.?\s*)?(\d+[a-z]?(?:-\d+[a-z]?)?)\s+(?=\S)/.exec(street);
  const trailing = leading ? null : /\s(\d+\s?[a-z]?)$/.exec(street);
  const number = (leading ?? trailing)?.[1];
  if (number) parts.number = number.replace(' ', '');
  const name = leading ? street.slice(leading[0].length) : trailing ? street.slice(0, trailing.index) : street;
  const words = name.split(/[\s.]+/).filter((word) => word !== '');
  const plain = words.map((word) => streetWords.get(word) ?? word).join(' ');
  if (plain !== '') parts.street = plain;
}
