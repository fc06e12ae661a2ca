// Compiled by tsc, never run: each @ts-expect-error is a mistake that the types must catch.
import type { Features, Interactions, ItemPairs, Sequences } from "@kith/data";
import {
  EventEmbeddings,
  Events,
  Item2Vec,
  ListingSessions,
  StarSpace,
  type TypedProfile,
} from "@kith/embeddings-w2v";

declare const interactions: Interactions;
declare const sequences: Sequences;
declare const graph: ItemPairs;
declare const features: Features;

// Right uses.
const events: Events = Events.from([{ user: 1, item: 2, kind: "shown" }], {
  userTypes: new Map([[1, "new"]]),
});
const sessions: ListingSessions = ListingSessions.from([{ items: [1, 2], booked: 2 }], {
  markets: new Map([[1, "Rome"]]),
});
const users: EventEmbeddings = new EventEmbeddings();
users.fit(events) satisfies Promise<EventEmbeddings>;
users.fit(interactions) satisfies Promise<EventEmbeddings>;
users.foldIn([], { userType: "new" }) satisfies TypedProfile;
users.recommend(users.foldIn([2]));
new Item2Vec({ marketNegatives: 5 }).fit(sessions) satisfies Promise<Item2Vec>;
new Item2Vec().fit(sequences) satisfies Promise<Item2Vec>;
new StarSpace().fit({ graph }) satisfies Promise<StarSpace>;
new StarSpace().fit({ graph, features }) satisfies Promise<StarSpace>;

// @ts-expect-error events have kinds
Events.from([{ user: 1, item: 2 }]);
// @ts-expect-error a label is 0 or 1
new EventEmbeddings({ kinds: { clicked: { label: 2, weight: 1 } } });
// @ts-expect-error sequences are of items, not of users and items
users.fit(sequences);
// @ts-expect-error the type has a name
users.foldIn([], "new");
// @ts-expect-error rows are objects
ListingSessions.from([[1, 2]]);
// @ts-expect-error pairs come as graph
new StarSpace().fit(graph);
