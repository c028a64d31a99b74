// What a rule depends on: which names, and which other segments, so that rules are evaluated in an order that works and an event asks only the
// rules that it can change.

import { Fault } from '../../../core/errors.ts';
import { type Condition, leavesOf, type Rule } from './rule.ts';
import { complaintEvent } from './subject.ts';
import type { Vocabulary } from './vocabulary.ts';

export type Dependencies = {
  traits: ReadonlySet<string>;
  computed: ReadonlySet<string>;
  /** Names of events; `*`: every one. Those behind computed traits, orders and tickets are among them. */
  events: ReadonlySet<string>;
  segments: ReadonlySet<string>;
  scores: ReadonlySet<string>;
  /** Purposes that the consent gate is asked about. */
  purposes: ReadonlySet<string>;
  /** Whether time alone can change the answer. */
  time: boolean;
};

/** A refund changes no total, but may push the oldest step out of what is kept. */
const orderEvents = ['Order Completed', 'Order Updated', 'Order Cancelled', 'Order Refunded'];
const ticketEvents = [
  ...['Ticket Created', 'Ticket Replied', 'Ticket Updated', 'Ticket Resolved', 'Ticket Closed', 'Ticket Reopened'],
  complaintEvent,
];

/** @param vocabulary knows the events that computed traits are made of; one it does not know depends on every event */
export function dependenciesOf(condition: Condition, vocabulary: Vocabulary): Dependencies {
  const traits = new Set<string>();
  const computed = new Set<string>();
  const events = new Set<string>();
  const segments = new Set<string>();
  const scores = new Set<string>();
  const purposes = new Set<string>();
  let time = false;
  const add = (to: Set<string>, ...names: string[]) => {
    for (const name of names) to.add(name);
  };
  for (const leaf of leavesOf(condition)) {
    switch (leaf.kind) {
      case 'segment':
        add(segments, leaf.name);
        break;
      case 'consent':
        add(purposes, leaf.purpose);
        time = true;
        break;
      case 'birthday':
        add(traits, 'birthday');
        time = true;
        break;
      case 'did':
      case 'moment':
        add(events, leaf.event);
        time ||= leaf.kind === 'moment' || leaf.in !== undefined;
        break;
      case 'sequence':
        add(events, ...leaf.steps.map(({ event }) => event));
        time ||= leaf.in !== undefined;
        break;
      case 'value': {
        const { of, test } = leaf;
        time ||= test.op === 'during' || test.op === 'ago' || ('in' in of && of.in !== undefined) || of.kind === 'age';
        if (of.kind === 'trait') add(traits, of.name);
        else if (of.kind === 'score') add(scores, of.name);
        else if (of.kind === 'age') add(traits, 'age', 'birthday');
        else if (of.kind === 'openTickets') add(events, ...ticketEvents);
        else if (of.kind === 'complaints') add(events, complaintEvent);
        else if (of.kind === 'orders' || of.kind === 'order') add(events, ...orderEvents);
        else if (of.kind === 'computed') {
          const known = vocabulary.computed.get(of.name);
          add(computed, of.name);
          add(events, known?.event ?? '*');
          time ||= known === undefined || known.windowDays !== undefined;
        } else if (of.kind === 'region') add(traits, 'province', 'city');
        // A source that is new to a customer comes with a new record: then everything is asked anew.
        else if (of.kind !== 'source') add(events, '*');
      }
    }
  }
  return { traits, computed, events, segments, scores, purposes, time };
}

/**
 * The rules so that each comes after those of the segments it asks for. A segment that is none of these asks for nothing.
 * @throws {Fault} `segment_cycle`, where: the circle, such as `a -> b -> a`; `segment_rule_invalid` when two have one name
 */
export function inOrder(rules: readonly Rule[]): Rule[] {
  const byName = new Map<string, Rule>();
  for (const rule of rules) {
    if (rule.name === undefined) continue;
    if (byName.has(rule.name)) throw new Fault('segment_rule_invalid', `two rules are named ${rule.name}`);
    byName.set(rule.name, rule);
  }
  const ordered: Rule[] = [];
  const done = new Set<Rule>();
  const under: string[] = [];
  const visit = (rule: Rule) => {
    if (done.has(rule)) return;
    if (rule.name !== undefined) {
      const begin = under.indexOf(rule.name);
      if (begin >= 0) throw new Fault('segment_cycle', [...under.slice(begin), rule.name].join(' -> '));
      under.push(rule.name);
    }
    for (const leaf of leavesOf(rule.when)) {
      const asked = leaf.kind === 'segment' ? byName.get(leaf.name) : undefined;
      if (asked) visit(asked);
    }
    if (rule.name !== undefined) under.pop();
    done.add(rule);
    ordered.push(rule);
  };
  for (const rule of rules) visit(rule);
  return ordered;
}

/** What is new of a customer. Traits and events are named; scores and purposes too. */
export type Change = {
  readonly events?: readonly string[];
  readonly traits?: readonly string[];
  readonly scores?: readonly string[];
  readonly purposes?: readonly string[];
};

export type RuleIndex = {
  /** Places of the rules that a change can concern, in an order in which they can be evaluated, those that ask for their segments included. */
  affectedBy(change: Change): number[];
  readonly dependencies: readonly Dependencies[];
};

/** @throws {Fault} as `inOrder` */
export function ruleIndex(rules: readonly Rule[], vocabulary: Vocabulary): RuleIndex {
  const ordered = inOrder(rules);
  const placeOf = new Map(rules.map((rule, place) => [rule, place]));
  const byName = new Map(rules.flatMap((rule, place) => (rule.name === undefined ? [] : [[rule.name, place] as const])));
  const dependencies = rules.map(({ when }) => dependenciesOf(when, vocabulary));
  const order = ordered.map((rule) => placeOf.get(rule)!);
  const waiting = new Map<string, number[]>();
  const wait = (key: string, place: number) => waiting.set(key, [...(waiting.get(key) ?? []), place]);
  dependencies.forEach(({ events, traits, scores, purposes }, place) => {
    for (const name of events) wait(`event ${name}`, place);
    for (const name of traits) wait(`trait ${name}`, place);
    for (const name of scores) wait(`score ${name}`, place);
    for (const name of purposes) wait(`purpose ${name}`, place);
  });
  return {
    dependencies,
    affectedBy({ events = [], traits = [], scores = [], purposes = [] }) {
      const keys = [
        ...(events.length > 0 ? ['event *'] : []),
        ...events.map((name) => `event ${name}`),
        ...traits.map((name) => `trait ${name}`),
        ...scores.map((name) => `score ${name}`),
        ...purposes.map((name) => `purpose ${name}`),
      ];
      const affected = new Set(keys.flatMap((key) => waiting.get(key) ?? []));
      // In this order whom a rule asks for has been looked at before it.
      for (const place of order)
        for (const name of dependencies[place]!.segments) if (affected.has(byName.get(name) ?? -1)) affected.add(place);
      return order.filter((place) => affected.has(place));
    },
  };
}
