// Made by "npm run console:types" from the document that the node writes about itself. Not by hand.

export interface paths {
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Is the process alive?
         * @description For a liveness probe: as long as it answers, a restart would mend nothing. A sealed node is alive.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {unknown} */
                            status: "live";
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Can the node take and give data?
         * @description For a readiness probe and load balancers.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {unknown} */
                            status: "ready";
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/lead": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Is this the one of several nodes that answers everything? A node alone is.
         * @description For load balancers before several nodes: everything but events goes to the one that says so.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {unknown} */
                            status: "lead";
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Watch what arrives
         * @description Server-sent events (text/event-stream): `event: arrival` with one arrival as JSON, a comment every 15 s, `event: dropped` when the reader is too slow. Nothing is replayed: Last-Event-ID is answered with `event: notice`.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Only this source. */
                    source?: number;
                    /** @description Only this profile id, userId, anonymousId or previousId. */
                    customer?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The stream. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the sources */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            sources: {
                                id: number;
                                name: string;
                                /** @enum {string} */
                                kind: "website" | "app" | "server" | "file" | "connector";
                                /** @description Milliseconds since 1970. */
                                createdAtMs: number;
                                /** @description Milliseconds since 1970. */
                                keyMadeAtMs: number;
                                /** @description Until when the key before the last one is still taken. */
                                previousKeyUntilMs?: number;
                                /** @description Milliseconds since 1970. */
                                disabledAtMs?: number;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        /** Add a source */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                        /** @enum {string} */
                        kind: "website" | "app" | "server" | "file" | "connector";
                    };
                };
            };
            responses: {
                /** @description The key is shown this once and kept nowhere in the clear. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            source: {
                                id: number;
                                name: string;
                                /** @enum {string} */
                                kind: "website" | "app" | "server" | "file" | "connector";
                                /** @description Milliseconds since 1970. */
                                createdAtMs: number;
                                /** @description Milliseconds since 1970. */
                                keyMadeAtMs: number;
                                /** @description Until when the key before the last one is still taken. */
                                previousKeyUntilMs?: number;
                                /** @description Milliseconds since 1970. */
                                disabledAtMs?: number;
                            };
                            writeKey: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sources/{id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give a source a new key */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description How long the old key is still taken; 0 by default. */
                        keepPreviousHours?: number;
                    } | null;
                };
            };
            responses: {
                /** @description The key is shown this once and kept nowhere in the clear. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            source: {
                                id: number;
                                name: string;
                                /** @enum {string} */
                                kind: "website" | "app" | "server" | "file" | "connector";
                                /** @description Milliseconds since 1970. */
                                createdAtMs: number;
                                /** @description Milliseconds since 1970. */
                                keyMadeAtMs: number;
                                /** @description Until when the key before the last one is still taken. */
                                previousKeyUntilMs?: number;
                                /** @description Milliseconds since 1970. */
                                disabledAtMs?: number;
                            };
                            writeKey: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sources/{id}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Refuse the events of a source from now on; its data stays */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: number;
                            name: string;
                            /** @enum {string} */
                            kind: "website" | "app" | "server" | "file" | "connector";
                            /** @description Milliseconds since 1970. */
                            createdAtMs: number;
                            /** @description Milliseconds since 1970. */
                            keyMadeAtMs: number;
                            /** @description Until when the key before the last one is still taken. */
                            previousKeyUntilMs?: number;
                            /** @description Milliseconds since 1970. */
                            disabledAtMs?: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sources/{id}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take the events of a disabled source again */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: number;
                            name: string;
                            /** @enum {string} */
                            kind: "website" | "app" | "server" | "file" | "connector";
                            /** @description Milliseconds since 1970. */
                            createdAtMs: number;
                            /** @description Milliseconds since 1970. */
                            keyMadeAtMs: number;
                            /** @description Until when the key before the last one is still taken. */
                            previousKeyUntilMs?: number;
                            /** @description Milliseconds since 1970. */
                            disabledAtMs?: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/profiles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find people by any identifier
         * @description A shared phone may lead to several. To keep identifiers out of addresses, use POST /api/profiles/search.
         */
        get: {
            parameters: {
                query: {
                    /** @description A phone, e-mail, customer id, card … */
                    identifier: string;
                    /** @description Only this kind of identifier. */
                    kind?: string;
                    /** @description For ids of one system: its name. */
                    source?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            profiles: ({
                                id: string;
                                records: ({
                                    recordId: number;
                                    source: string;
                                    /** @description By an id of its source, not by a device. */
                                    known: boolean;
                                    /** @description Milliseconds since 1970. */
                                    createdAtMs: number;
                                    events: number;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                traits: {
                                    [key: string]: {
                                        value: unknown;
                                        source: string;
                                        recordId: number;
                                        /** @description Milliseconds since 1970. */
                                        observedAtMs: number;
                                        /** @description The criterion of survivorship that chose it, or `onlyOne`. */
                                        decidedBy: string;
                                        others?: ({
                                            value: unknown;
                                            source: string;
                                            recordId: number;
                                            /** @description Milliseconds since 1970. */
                                            observedAtMs: number;
                                            lostBy: string;
                                            times: number;
                                        } & {
                                            [key: string]: unknown;
                                        })[];
                                    } & {
                                        [key: string]: unknown;
                                    };
                                };
                                identifiers: ({
                                    kind: string;
                                    value: string;
                                    source?: string;
                                    /** @description Milliseconds since 1970. */
                                    firstAtMs: number;
                                    /** @description Milliseconds since 1970. */
                                    lastAtMs: number;
                                    records: number[];
                                } & {
                                    [key: string]: unknown;
                                })[];
                                orders: ({
                                    orderId: string;
                                    /** @description Milliseconds since 1970. */
                                    placedAtMs?: number | null;
                                    /** @description Milliseconds since 1970. */
                                    cancelledAtMs?: number | null;
                                    total?: number | null;
                                    refunded?: number | null;
                                    currency?: string;
                                    channel?: string;
                                    lines: ({
                                        product: string;
                                        quantity?: number | null;
                                        name?: string;
                                        price?: number | null;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                } & {
                                    [key: string]: unknown;
                                })[];
                                cart: ({
                                    product: string;
                                    quantity?: number | null;
                                    name?: string;
                                    price?: number | null;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                tickets: ({
                                    ticketId: string;
                                    open?: boolean | null;
                                    /** @description Milliseconds since 1970. */
                                    openedAtMs?: number | null;
                                    /** @description Milliseconds since 1970. */
                                    resolvedAtMs?: number | null;
                                    complaint?: boolean | null;
                                    subject?: string | null;
                                    category?: string | null;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                totals: {
                                    orders?: number | null;
                                    revenue?: number | null;
                                    refunds?: number | null;
                                    refunded?: number | null;
                                    complaints?: number | null;
                                } & {
                                    [key: string]: unknown;
                                };
                                events: {
                                    count: number;
                                    /** @description Milliseconds since 1970. */
                                    firstAtMs: number | null;
                                    /** @description Milliseconds since 1970. */
                                    lastAtMs: number | null;
                                } & {
                                    [key: string]: unknown;
                                };
                                households: ({
                                    personId: string;
                                    via: ({
                                        kind: string;
                                        value: string;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                } & {
                                    [key: string]: unknown;
                                })[];
                                scores?: ({
                                    score: string;
                                    value?: number | null;
                                    version: string;
                                    /** @description Milliseconds since 1970. */
                                    atMs: number;
                                    reasons: {
                                        en: string;
                                        zh: string;
                                    }[];
                                } & {
                                    [key: string]: unknown;
                                })[];
                                segments?: ({
                                    segment: string;
                                    /** @description Milliseconds since 1970. */
                                    sinceMs: number;
                                } & {
                                    [key: string]: unknown;
                                })[];
                            } & {
                                [key: string]: unknown;
                            })[];
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/profiles/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Find people by any identifier, given in the body */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description A phone, e-mail, customer id, card … */
                        identifier: string;
                        /** @description Only this kind of identifier. */
                        kind?: string;
                        /** @description For ids of one system: its name. */
                        source?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            profiles: ({
                                id: string;
                                records: ({
                                    recordId: number;
                                    source: string;
                                    /** @description By an id of its source, not by a device. */
                                    known: boolean;
                                    /** @description Milliseconds since 1970. */
                                    createdAtMs: number;
                                    events: number;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                traits: {
                                    [key: string]: {
                                        value: unknown;
                                        source: string;
                                        recordId: number;
                                        /** @description Milliseconds since 1970. */
                                        observedAtMs: number;
                                        /** @description The criterion of survivorship that chose it, or `onlyOne`. */
                                        decidedBy: string;
                                        others?: ({
                                            value: unknown;
                                            source: string;
                                            recordId: number;
                                            /** @description Milliseconds since 1970. */
                                            observedAtMs: number;
                                            lostBy: string;
                                            times: number;
                                        } & {
                                            [key: string]: unknown;
                                        })[];
                                    } & {
                                        [key: string]: unknown;
                                    };
                                };
                                identifiers: ({
                                    kind: string;
                                    value: string;
                                    source?: string;
                                    /** @description Milliseconds since 1970. */
                                    firstAtMs: number;
                                    /** @description Milliseconds since 1970. */
                                    lastAtMs: number;
                                    records: number[];
                                } & {
                                    [key: string]: unknown;
                                })[];
                                orders: ({
                                    orderId: string;
                                    /** @description Milliseconds since 1970. */
                                    placedAtMs?: number | null;
                                    /** @description Milliseconds since 1970. */
                                    cancelledAtMs?: number | null;
                                    total?: number | null;
                                    refunded?: number | null;
                                    currency?: string;
                                    channel?: string;
                                    lines: ({
                                        product: string;
                                        quantity?: number | null;
                                        name?: string;
                                        price?: number | null;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                } & {
                                    [key: string]: unknown;
                                })[];
                                cart: ({
                                    product: string;
                                    quantity?: number | null;
                                    name?: string;
                                    price?: number | null;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                tickets: ({
                                    ticketId: string;
                                    open?: boolean | null;
                                    /** @description Milliseconds since 1970. */
                                    openedAtMs?: number | null;
                                    /** @description Milliseconds since 1970. */
                                    resolvedAtMs?: number | null;
                                    complaint?: boolean | null;
                                    subject?: string | null;
                                    category?: string | null;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                totals: {
                                    orders?: number | null;
                                    revenue?: number | null;
                                    refunds?: number | null;
                                    refunded?: number | null;
                                    complaints?: number | null;
                                } & {
                                    [key: string]: unknown;
                                };
                                events: {
                                    count: number;
                                    /** @description Milliseconds since 1970. */
                                    firstAtMs: number | null;
                                    /** @description Milliseconds since 1970. */
                                    lastAtMs: number | null;
                                } & {
                                    [key: string]: unknown;
                                };
                                households: ({
                                    personId: string;
                                    via: ({
                                        kind: string;
                                        value: string;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                } & {
                                    [key: string]: unknown;
                                })[];
                                scores?: ({
                                    score: string;
                                    value?: number | null;
                                    version: string;
                                    /** @description Milliseconds since 1970. */
                                    atMs: number;
                                    reasons: {
                                        en: string;
                                        zh: string;
                                    }[];
                                } & {
                                    [key: string]: unknown;
                                })[];
                                segments?: ({
                                    segment: string;
                                    /** @description Milliseconds since 1970. */
                                    sinceMs: number;
                                } & {
                                    [key: string]: unknown;
                                })[];
                            } & {
                                [key: string]: unknown;
                            })[];
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/profiles/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read one person
         * @description With `timeline`, also the first page of what they did: the whole customer in one answer, and one entry of the audit log.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Rows of the timeline, newest first; further ones by `/api/profiles/:id/timeline` with the `next` given. */
                    timeline?: number;
                };
                header?: never;
                path: {
                    /** @description A profile id; the id of any of its records leads to it too. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The 360° view of one person. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            records: ({
                                recordId: number;
                                source: string;
                                /** @description By an id of its source, not by a device. */
                                known: boolean;
                                /** @description Milliseconds since 1970. */
                                createdAtMs: number;
                                events: number;
                            } & {
                                [key: string]: unknown;
                            })[];
                            traits: {
                                [key: string]: {
                                    value: unknown;
                                    source: string;
                                    recordId: number;
                                    /** @description Milliseconds since 1970. */
                                    observedAtMs: number;
                                    /** @description The criterion of survivorship that chose it, or `onlyOne`. */
                                    decidedBy: string;
                                    others?: ({
                                        value: unknown;
                                        source: string;
                                        recordId: number;
                                        /** @description Milliseconds since 1970. */
                                        observedAtMs: number;
                                        lostBy: string;
                                        times: number;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                } & {
                                    [key: string]: unknown;
                                };
                            };
                            identifiers: ({
                                kind: string;
                                value: string;
                                source?: string;
                                /** @description Milliseconds since 1970. */
                                firstAtMs: number;
                                /** @description Milliseconds since 1970. */
                                lastAtMs: number;
                                records: number[];
                            } & {
                                [key: string]: unknown;
                            })[];
                            orders: ({
                                orderId: string;
                                /** @description Milliseconds since 1970. */
                                placedAtMs?: number | null;
                                /** @description Milliseconds since 1970. */
                                cancelledAtMs?: number | null;
                                total?: number | null;
                                refunded?: number | null;
                                currency?: string;
                                channel?: string;
                                lines: ({
                                    product: string;
                                    quantity?: number | null;
                                    name?: string;
                                    price?: number | null;
                                } & {
                                    [key: string]: unknown;
                                })[];
                            } & {
                                [key: string]: unknown;
                            })[];
                            cart: ({
                                product: string;
                                quantity?: number | null;
                                name?: string;
                                price?: number | null;
                            } & {
                                [key: string]: unknown;
                            })[];
                            tickets: ({
                                ticketId: string;
                                open?: boolean | null;
                                /** @description Milliseconds since 1970. */
                                openedAtMs?: number | null;
                                /** @description Milliseconds since 1970. */
                                resolvedAtMs?: number | null;
                                complaint?: boolean | null;
                                subject?: string | null;
                                category?: string | null;
                            } & {
                                [key: string]: unknown;
                            })[];
                            totals: {
                                orders?: number | null;
                                revenue?: number | null;
                                refunds?: number | null;
                                refunded?: number | null;
                                complaints?: number | null;
                            } & {
                                [key: string]: unknown;
                            };
                            events: {
                                count: number;
                                /** @description Milliseconds since 1970. */
                                firstAtMs: number | null;
                                /** @description Milliseconds since 1970. */
                                lastAtMs: number | null;
                            } & {
                                [key: string]: unknown;
                            };
                            households: ({
                                personId: string;
                                via: ({
                                    kind: string;
                                    value: string;
                                } & {
                                    [key: string]: unknown;
                                })[];
                            } & {
                                [key: string]: unknown;
                            })[];
                            scores?: ({
                                score: string;
                                value?: number | null;
                                version: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                                reasons: {
                                    en: string;
                                    zh: string;
                                }[];
                            } & {
                                [key: string]: unknown;
                            })[];
                            segments?: ({
                                segment: string;
                                /** @description Milliseconds since 1970. */
                                sinceMs: number;
                            } & {
                                [key: string]: unknown;
                            })[];
                            timeline?: {
                                events: ({
                                    kind: string;
                                    name?: string;
                                    messageId: string;
                                    /** @description Milliseconds since 1970. */
                                    occurredAtMs: number;
                                    /** @description Milliseconds since 1970. */
                                    receivedAtMs?: number;
                                    source: string;
                                    recordId: number;
                                    properties?: {
                                        [key: string]: unknown;
                                    };
                                    traits?: {
                                        [key: string]: unknown;
                                    };
                                    context?: {
                                        [key: string]: unknown;
                                    };
                                } & {
                                    [key: string]: unknown;
                                })[];
                                next?: string;
                            } & {
                                [key: string]: unknown;
                            };
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/profiles/{id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a person did, newest first */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    /** @description `next` of the page before. */
                    cursor?: string;
                    /** @description One or more of identify, track, page, screen, group, alias, separated by commas. */
                    kind?: string;
                    /** @description Event names, separated by commas. */
                    name?: string;
                    source?: string;
                    /** @description ISO 8601 or milliseconds. */
                    since?: string;
                    until?: string;
                };
                header?: never;
                path: {
                    /** @description A profile id; the id of any of its records leads to it too. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            events: ({
                                kind: string;
                                name?: string;
                                messageId: string;
                                /** @description Milliseconds since 1970. */
                                occurredAtMs: number;
                                /** @description Milliseconds since 1970. */
                                receivedAtMs?: number;
                                source: string;
                                recordId: number;
                                properties?: {
                                    [key: string]: unknown;
                                };
                                traits?: {
                                    [key: string]: unknown;
                                };
                                context?: {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            })[];
                            next?: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/profiles/{id}/identity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Why these records are one person */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description A profile id; the id of any of its records leads to it too. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            records: number[];
                            joinedBy: ({
                                leftRecord: number;
                                rightRecord: number;
                                identifier?: {
                                    kind: string;
                                    value: string;
                                    source?: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                decisionId?: number;
                            } & {
                                [key: string]: unknown;
                            })[];
                            refused: ({
                                leftRecord: number;
                                rightRecord: number;
                                identifier?: {
                                    kind: string;
                                    value: string;
                                    source?: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                decisionId?: number;
                                otherPersons: string[];
                            } & {
                                [key: string]: unknown;
                            })[];
                            decisions: ({
                                id: number;
                                /** @enum {string} */
                                verdict: "same" | "different";
                                left: number[];
                                right: number[];
                                /** @description Milliseconds since 1970. */
                                madeAtMs: number;
                                madeBy: string;
                                actor?: string;
                                reason?: string;
                                probability?: number;
                                weights?: ({
                                    field: string;
                                    level: string;
                                    weightBits: number;
                                } & {
                                    [key: string]: unknown;
                                })[];
                            } & {
                                [key: string]: unknown;
                            })[];
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/profiles/{id}/traits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set traits by hand
         * @description Values set by hand win over what sources say, unless survivorship is declared otherwise for the trait. Standard traits are normalised as those of sources; one that cannot be read is refused (400) and nothing is set. null or an empty text takes back what was set.
         */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description A profile id; the id of any of its records leads to it too. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        traits: {
                            [key: string]: unknown;
                        };
                        /** @description Kept with the decision. */
                        reason?: string;
                    };
                };
            };
            responses: {
                /** @description The 360° view of one person. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            records: ({
                                recordId: number;
                                source: string;
                                /** @description By an id of its source, not by a device. */
                                known: boolean;
                                /** @description Milliseconds since 1970. */
                                createdAtMs: number;
                                events: number;
                            } & {
                                [key: string]: unknown;
                            })[];
                            traits: {
                                [key: string]: {
                                    value: unknown;
                                    source: string;
                                    recordId: number;
                                    /** @description Milliseconds since 1970. */
                                    observedAtMs: number;
                                    /** @description The criterion of survivorship that chose it, or `onlyOne`. */
                                    decidedBy: string;
                                    others?: ({
                                        value: unknown;
                                        source: string;
                                        recordId: number;
                                        /** @description Milliseconds since 1970. */
                                        observedAtMs: number;
                                        lostBy: string;
                                        times: number;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                } & {
                                    [key: string]: unknown;
                                };
                            };
                            identifiers: ({
                                kind: string;
                                value: string;
                                source?: string;
                                /** @description Milliseconds since 1970. */
                                firstAtMs: number;
                                /** @description Milliseconds since 1970. */
                                lastAtMs: number;
                                records: number[];
                            } & {
                                [key: string]: unknown;
                            })[];
                            orders: ({
                                orderId: string;
                                /** @description Milliseconds since 1970. */
                                placedAtMs?: number | null;
                                /** @description Milliseconds since 1970. */
                                cancelledAtMs?: number | null;
                                total?: number | null;
                                refunded?: number | null;
                                currency?: string;
                                channel?: string;
                                lines: ({
                                    product: string;
                                    quantity?: number | null;
                                    name?: string;
                                    price?: number | null;
                                } & {
                                    [key: string]: unknown;
                                })[];
                            } & {
                                [key: string]: unknown;
                            })[];
                            cart: ({
                                product: string;
                                quantity?: number | null;
                                name?: string;
                                price?: number | null;
                            } & {
                                [key: string]: unknown;
                            })[];
                            tickets: ({
                                ticketId: string;
                                open?: boolean | null;
                                /** @description Milliseconds since 1970. */
                                openedAtMs?: number | null;
                                /** @description Milliseconds since 1970. */
                                resolvedAtMs?: number | null;
                                complaint?: boolean | null;
                                subject?: string | null;
                                category?: string | null;
                            } & {
                                [key: string]: unknown;
                            })[];
                            totals: {
                                orders?: number | null;
                                revenue?: number | null;
                                refunds?: number | null;
                                refunded?: number | null;
                                complaints?: number | null;
                            } & {
                                [key: string]: unknown;
                            };
                            events: {
                                count: number;
                                /** @description Milliseconds since 1970. */
                                firstAtMs: number | null;
                                /** @description Milliseconds since 1970. */
                                lastAtMs: number | null;
                            } & {
                                [key: string]: unknown;
                            };
                            households: ({
                                personId: string;
                                via: ({
                                    kind: string;
                                    value: string;
                                } & {
                                    [key: string]: unknown;
                                })[];
                            } & {
                                [key: string]: unknown;
                            })[];
                            scores?: ({
                                score: string;
                                value?: number | null;
                                version: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                                reasons: {
                                    en: string;
                                    zh: string;
                                }[];
                            } & {
                                [key: string]: unknown;
                            })[];
                            segments?: ({
                                segment: string;
                                /** @description Milliseconds since 1970. */
                                sinceMs: number;
                            } & {
                                [key: string]: unknown;
                            })[];
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/identity/merge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Declare two people to be one */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description A profile id; the id of any of its records leads to it too. */
                        left: string;
                        /** @description A profile id; the id of any of its records leads to it too. */
                        right: string;
                        /** @description Kept with the decision. */
                        reason?: string;
                    };
                };
            };
            responses: {
                /** @description The decision and the persons its records belong to now. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            decisionId: number;
                            profiles: string[];
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/identity/unmerge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Split a person
         * @description Without records: takes back the latest merge decision. With records: splits them off and keeps them apart.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description A profile id; the id of any of its records leads to it too. */
                        person: string;
                        records?: number[];
                        /** @description Kept with the decision. */
                        reason?: string;
                    };
                };
            };
            responses: {
                /** @description The decision and the persons its records belong to now. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            decisionId: number;
                            profiles: string[];
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/identity/decisions/{decisionId}/retract": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a decision back */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    decisionId: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Kept with the decision. */
                        reason?: string;
                    };
                };
            };
            responses: {
                /** @description The decision and the persons its records belong to now. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            decisionId: number;
                            profiles: string[];
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/identity/index": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether identifiers and persons fit the configuration
         * @description After a change of identifier kinds or region all records are walked twice in the background; `done` of `total` says how far. `waiting`: the store failed and is tried again.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            state?: "running" | "waiting" | "done" | "failed";
                            done?: number;
                            total?: number;
                            code?: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/identity/match": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Compare all people with the matcher
         * @description Pairs above the upper threshold are merged, those between the two thresholds wait in the review queue.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            compared: number;
                            merged: number;
                            queued: number;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/identity/reviews": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Pairs that wait for a person to decide */
        get: {
            parameters: {
                query?: {
                    after?: number;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            reviews: ({
                                reviewId: number;
                                left: string;
                                right: string;
                                leftRecord: number;
                                rightRecord: number;
                                probability: number;
                                weights: ({
                                    field: string;
                                    level: string;
                                    weightBits: number;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                /** @description Milliseconds since 1970. */
                                madeAtMs: number;
                            } & {
                                [key: string]: unknown;
                            })[];
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/identity/reviews/{reviewId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One pair, side by side */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    reviewId: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            reviewId: number;
                            left: string;
                            right: string;
                            leftRecord: number;
                            rightRecord: number;
                            probability: number;
                            weights: ({
                                field: string;
                                level: string;
                                weightBits: number;
                            } & {
                                [key: string]: unknown;
                            })[];
                            /** @description Milliseconds since 1970. */
                            madeAtMs: number;
                            leftProfile: {
                                id: string;
                                records: ({
                                    recordId: number;
                                    source: string;
                                    /** @description By an id of its source, not by a device. */
                                    known: boolean;
                                    /** @description Milliseconds since 1970. */
                                    createdAtMs: number;
                                    events: number;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                traits: {
                                    [key: string]: {
                                        value: unknown;
                                        source: string;
                                        recordId: number;
                                        /** @description Milliseconds since 1970. */
                                        observedAtMs: number;
                                        /** @description The criterion of survivorship that chose it, or `onlyOne`. */
                                        decidedBy: string;
                                        others?: ({
                                            value: unknown;
                                            source: string;
                                            recordId: number;
                                            /** @description Milliseconds since 1970. */
                                            observedAtMs: number;
                                            lostBy: string;
                                            times: number;
                                        } & {
                                            [key: string]: unknown;
                                        })[];
                                    } & {
                                        [key: string]: unknown;
                                    };
                                };
                                identifiers: ({
                                    kind: string;
                                    value: string;
                                    source?: string;
                                    /** @description Milliseconds since 1970. */
                                    firstAtMs: number;
                                    /** @description Milliseconds since 1970. */
                                    lastAtMs: number;
                                    records: number[];
                                } & {
                                    [key: string]: unknown;
                                })[];
                                orders: ({
                                    orderId: string;
                                    /** @description Milliseconds since 1970. */
                                    placedAtMs?: number | null;
                                    /** @description Milliseconds since 1970. */
                                    cancelledAtMs?: number | null;
                                    total?: number | null;
                                    refunded?: number | null;
                                    currency?: string;
                                    channel?: string;
                                    lines: ({
                                        product: string;
                                        quantity?: number | null;
                                        name?: string;
                                        price?: number | null;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                } & {
                                    [key: string]: unknown;
                                })[];
                                cart: ({
                                    product: string;
                                    quantity?: number | null;
                                    name?: string;
                                    price?: number | null;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                tickets: ({
                                    ticketId: string;
                                    open?: boolean | null;
                                    /** @description Milliseconds since 1970. */
                                    openedAtMs?: number | null;
                                    /** @description Milliseconds since 1970. */
                                    resolvedAtMs?: number | null;
                                    complaint?: boolean | null;
                                    subject?: string | null;
                                    category?: string | null;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                totals: {
                                    orders?: number | null;
                                    revenue?: number | null;
                                    refunds?: number | null;
                                    refunded?: number | null;
                                    complaints?: number | null;
                                } & {
                                    [key: string]: unknown;
                                };
                                events: {
                                    count: number;
                                    /** @description Milliseconds since 1970. */
                                    firstAtMs: number | null;
                                    /** @description Milliseconds since 1970. */
                                    lastAtMs: number | null;
                                } & {
                                    [key: string]: unknown;
                                };
                                households: ({
                                    personId: string;
                                    via: ({
                                        kind: string;
                                        value: string;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                } & {
                                    [key: string]: unknown;
                                })[];
                                scores?: ({
                                    score: string;
                                    value?: number | null;
                                    version: string;
                                    /** @description Milliseconds since 1970. */
                                    atMs: number;
                                    reasons: {
                                        en: string;
                                        zh: string;
                                    }[];
                                } & {
                                    [key: string]: unknown;
                                })[];
                                segments?: ({
                                    segment: string;
                                    /** @description Milliseconds since 1970. */
                                    sinceMs: number;
                                } & {
                                    [key: string]: unknown;
                                })[];
                            } & {
                                [key: string]: unknown;
                            };
                            rightProfile: {
                                id: string;
                                records: ({
                                    recordId: number;
                                    source: string;
                                    /** @description By an id of its source, not by a device. */
                                    known: boolean;
                                    /** @description Milliseconds since 1970. */
                                    createdAtMs: number;
                                    events: number;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                traits: {
                                    [key: string]: {
                                        value: unknown;
                                        source: string;
                                        recordId: number;
                                        /** @description Milliseconds since 1970. */
                                        observedAtMs: number;
                                        /** @description The criterion of survivorship that chose it, or `onlyOne`. */
                                        decidedBy: string;
                                        others?: ({
                                            value: unknown;
                                            source: string;
                                            recordId: number;
                                            /** @description Milliseconds since 1970. */
                                            observedAtMs: number;
                                            lostBy: string;
                                            times: number;
                                        } & {
                                            [key: string]: unknown;
                                        })[];
                                    } & {
                                        [key: string]: unknown;
                                    };
                                };
                                identifiers: ({
                                    kind: string;
                                    value: string;
                                    source?: string;
                                    /** @description Milliseconds since 1970. */
                                    firstAtMs: number;
                                    /** @description Milliseconds since 1970. */
                                    lastAtMs: number;
                                    records: number[];
                                } & {
                                    [key: string]: unknown;
                                })[];
                                orders: ({
                                    orderId: string;
                                    /** @description Milliseconds since 1970. */
                                    placedAtMs?: number | null;
                                    /** @description Milliseconds since 1970. */
                                    cancelledAtMs?: number | null;
                                    total?: number | null;
                                    refunded?: number | null;
                                    currency?: string;
                                    channel?: string;
                                    lines: ({
                                        product: string;
                                        quantity?: number | null;
                                        name?: string;
                                        price?: number | null;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                } & {
                                    [key: string]: unknown;
                                })[];
                                cart: ({
                                    product: string;
                                    quantity?: number | null;
                                    name?: string;
                                    price?: number | null;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                tickets: ({
                                    ticketId: string;
                                    open?: boolean | null;
                                    /** @description Milliseconds since 1970. */
                                    openedAtMs?: number | null;
                                    /** @description Milliseconds since 1970. */
                                    resolvedAtMs?: number | null;
                                    complaint?: boolean | null;
                                    subject?: string | null;
                                    category?: string | null;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                totals: {
                                    orders?: number | null;
                                    revenue?: number | null;
                                    refunds?: number | null;
                                    refunded?: number | null;
                                    complaints?: number | null;
                                } & {
                                    [key: string]: unknown;
                                };
                                events: {
                                    count: number;
                                    /** @description Milliseconds since 1970. */
                                    firstAtMs: number | null;
                                    /** @description Milliseconds since 1970. */
                                    lastAtMs: number | null;
                                } & {
                                    [key: string]: unknown;
                                };
                                households: ({
                                    personId: string;
                                    via: ({
                                        kind: string;
                                        value: string;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                } & {
                                    [key: string]: unknown;
                                })[];
                                scores?: ({
                                    score: string;
                                    value?: number | null;
                                    version: string;
                                    /** @description Milliseconds since 1970. */
                                    atMs: number;
                                    reasons: {
                                        en: string;
                                        zh: string;
                                    }[];
                                } & {
                                    [key: string]: unknown;
                                })[];
                                segments?: ({
                                    segment: string;
                                    /** @description Milliseconds since 1970. */
                                    sinceMs: number;
                                } & {
                                    [key: string]: unknown;
                                })[];
                            } & {
                                [key: string]: unknown;
                            };
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Decide a pair */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    reviewId: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        verdict: "same" | "different";
                        /** @description Kept with the decision. */
                        reason?: string;
                    };
                };
            };
            responses: {
                /** @description The decision and the persons its records belong to now. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            decisionId: number;
                            profiles: string[];
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/profiles/recent": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * People of whom something was heard last, newest first
         * @description Costs the same however many people there are: the latest events are followed backwards, at most 5000 of them for one page. A page may therefore be short, and empty, with a `next` to go on from. Who may not be used for the purpose of the reader is left out.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Heard of by this source. */
                    source?: string;
                    /** @description Who is in the segment of this name. */
                    segment?: string;
                    /** @description Who may be used for this purpose. */
                    consent?: string;
                    /** @description `next` of the page before. */
                    before?: number;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            profiles: ({
                                id: string;
                                records: ({
                                    recordId: number;
                                    source: string;
                                    /** @description By an id of its source, not by a device. */
                                    known: boolean;
                                    /** @description Milliseconds since 1970. */
                                    createdAtMs: number;
                                    events: number;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                traits: {
                                    [key: string]: {
                                        value: unknown;
                                        source: string;
                                        recordId: number;
                                        /** @description Milliseconds since 1970. */
                                        observedAtMs: number;
                                        /** @description The criterion of survivorship that chose it, or `onlyOne`. */
                                        decidedBy: string;
                                        others?: ({
                                            value: unknown;
                                            source: string;
                                            recordId: number;
                                            /** @description Milliseconds since 1970. */
                                            observedAtMs: number;
                                            lostBy: string;
                                            times: number;
                                        } & {
                                            [key: string]: unknown;
                                        })[];
                                    } & {
                                        [key: string]: unknown;
                                    };
                                };
                                identifiers: ({
                                    kind: string;
                                    value: string;
                                    source?: string;
                                    /** @description Milliseconds since 1970. */
                                    firstAtMs: number;
                                    /** @description Milliseconds since 1970. */
                                    lastAtMs: number;
                                    records: number[];
                                } & {
                                    [key: string]: unknown;
                                })[];
                                orders: ({
                                    orderId: string;
                                    /** @description Milliseconds since 1970. */
                                    placedAtMs?: number | null;
                                    /** @description Milliseconds since 1970. */
                                    cancelledAtMs?: number | null;
                                    total?: number | null;
                                    refunded?: number | null;
                                    currency?: string;
                                    channel?: string;
                                    lines: ({
                                        product: string;
                                        quantity?: number | null;
                                        name?: string;
                                        price?: number | null;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                } & {
                                    [key: string]: unknown;
                                })[];
                                cart: ({
                                    product: string;
                                    quantity?: number | null;
                                    name?: string;
                                    price?: number | null;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                tickets: ({
                                    ticketId: string;
                                    open?: boolean | null;
                                    /** @description Milliseconds since 1970. */
                                    openedAtMs?: number | null;
                                    /** @description Milliseconds since 1970. */
                                    resolvedAtMs?: number | null;
                                    complaint?: boolean | null;
                                    subject?: string | null;
                                    category?: string | null;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                totals: {
                                    orders?: number | null;
                                    revenue?: number | null;
                                    refunds?: number | null;
                                    refunded?: number | null;
                                    complaints?: number | null;
                                } & {
                                    [key: string]: unknown;
                                };
                                events: {
                                    count: number;
                                    /** @description Milliseconds since 1970. */
                                    firstAtMs: number | null;
                                    /** @description Milliseconds since 1970. */
                                    lastAtMs: number | null;
                                } & {
                                    [key: string]: unknown;
                                };
                                households: ({
                                    personId: string;
                                    via: ({
                                        kind: string;
                                        value: string;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                } & {
                                    [key: string]: unknown;
                                })[];
                                scores?: ({
                                    score: string;
                                    value?: number | null;
                                    version: string;
                                    /** @description Milliseconds since 1970. */
                                    atMs: number;
                                    reasons: {
                                        en: string;
                                        zh: string;
                                    }[];
                                } & {
                                    [key: string]: unknown;
                                })[];
                                segments?: ({
                                    segment: string;
                                    /** @description Milliseconds since 1970. */
                                    sinceMs: number;
                                } & {
                                    [key: string]: unknown;
                                })[];
                            } & {
                                [key: string]: unknown;
                            })[];
                            next?: number;
                            /** @description Events looked through. */
                            read: number;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/profiles/{id}/version": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether a person is as they were
         * @description A text that is another one once anything of the person is. For pages that stand open: it tells nothing else.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description A profile id; the id of any of its records leads to it too. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            version: string;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/identity/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What merging, splitting or taking back would come to
         * @description Nothing is written. `after` are the persons as they would be, without scores and segments, which follow. `conflicts` are traits of which the persons as they are now show different values.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        act: "merge" | "unmerge" | "retract";
                        /** @description To merge: one of the two. */
                        left?: string;
                        /** @description To merge: the other. */
                        right?: string;
                        /** @description To split. */
                        person?: string;
                        /** @description To split: those to take off. */
                        records?: number[];
                        /** @description To take back. */
                        decisionId?: number;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            before: ({
                                id: string;
                                records: ({
                                    recordId: number;
                                    source: string;
                                    /** @description By an id of its source, not by a device. */
                                    known: boolean;
                                    /** @description Milliseconds since 1970. */
                                    createdAtMs: number;
                                    events: number;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                traits: {
                                    [key: string]: {
                                        value: unknown;
                                        source: string;
                                        recordId: number;
                                        /** @description Milliseconds since 1970. */
                                        observedAtMs: number;
                                        /** @description The criterion of survivorship that chose it, or `onlyOne`. */
                                        decidedBy: string;
                                        others?: ({
                                            value: unknown;
                                            source: string;
                                            recordId: number;
                                            /** @description Milliseconds since 1970. */
                                            observedAtMs: number;
                                            lostBy: string;
                                            times: number;
                                        } & {
                                            [key: string]: unknown;
                                        })[];
                                    } & {
                                        [key: string]: unknown;
                                    };
                                };
                                identifiers: ({
                                    kind: string;
                                    value: string;
                                    source?: string;
                                    /** @description Milliseconds since 1970. */
                                    firstAtMs: number;
                                    /** @description Milliseconds since 1970. */
                                    lastAtMs: number;
                                    records: number[];
                                } & {
                                    [key: string]: unknown;
                                })[];
                                orders: ({
                                    orderId: string;
                                    /** @description Milliseconds since 1970. */
                                    placedAtMs?: number | null;
                                    /** @description Milliseconds since 1970. */
                                    cancelledAtMs?: number | null;
                                    total?: number | null;
                                    refunded?: number | null;
                                    currency?: string;
                                    channel?: string;
                                    lines: ({
                                        product: string;
                                        quantity?: number | null;
                                        name?: string;
                                        price?: number | null;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                } & {
                                    [key: string]: unknown;
                                })[];
                                cart: ({
                                    product: string;
                                    quantity?: number | null;
                                    name?: string;
                                    price?: number | null;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                tickets: ({
                                    ticketId: string;
                                    open?: boolean | null;
                                    /** @description Milliseconds since 1970. */
                                    openedAtMs?: number | null;
                                    /** @description Milliseconds since 1970. */
                                    resolvedAtMs?: number | null;
                                    complaint?: boolean | null;
                                    subject?: string | null;
                                    category?: string | null;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                totals: {
                                    orders?: number | null;
                                    revenue?: number | null;
                                    refunds?: number | null;
                                    refunded?: number | null;
                                    complaints?: number | null;
                                } & {
                                    [key: string]: unknown;
                                };
                                events: {
                                    count: number;
                                    /** @description Milliseconds since 1970. */
                                    firstAtMs: number | null;
                                    /** @description Milliseconds since 1970. */
                                    lastAtMs: number | null;
                                } & {
                                    [key: string]: unknown;
                                };
                                households: ({
                                    personId: string;
                                    via: ({
                                        kind: string;
                                        value: string;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                } & {
                                    [key: string]: unknown;
                                })[];
                                scores?: ({
                                    score: string;
                                    value?: number | null;
                                    version: string;
                                    /** @description Milliseconds since 1970. */
                                    atMs: number;
                                    reasons: {
                                        en: string;
                                        zh: string;
                                    }[];
                                } & {
                                    [key: string]: unknown;
                                })[];
                                segments?: ({
                                    segment: string;
                                    /** @description Milliseconds since 1970. */
                                    sinceMs: number;
                                } & {
                                    [key: string]: unknown;
                                })[];
                            } & {
                                [key: string]: unknown;
                            })[];
                            after: ({
                                id: string;
                                records: ({
                                    recordId: number;
                                    source: string;
                                    /** @description By an id of its source, not by a device. */
                                    known: boolean;
                                    /** @description Milliseconds since 1970. */
                                    createdAtMs: number;
                                    events: number;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                traits: {
                                    [key: string]: {
                                        value: unknown;
                                        source: string;
                                        recordId: number;
                                        /** @description Milliseconds since 1970. */
                                        observedAtMs: number;
                                        /** @description The criterion of survivorship that chose it, or `onlyOne`. */
                                        decidedBy: string;
                                        others?: ({
                                            value: unknown;
                                            source: string;
                                            recordId: number;
                                            /** @description Milliseconds since 1970. */
                                            observedAtMs: number;
                                            lostBy: string;
                                            times: number;
                                        } & {
                                            [key: string]: unknown;
                                        })[];
                                    } & {
                                        [key: string]: unknown;
                                    };
                                };
                                identifiers: ({
                                    kind: string;
                                    value: string;
                                    source?: string;
                                    /** @description Milliseconds since 1970. */
                                    firstAtMs: number;
                                    /** @description Milliseconds since 1970. */
                                    lastAtMs: number;
                                    records: number[];
                                } & {
                                    [key: string]: unknown;
                                })[];
                                orders: ({
                                    orderId: string;
                                    /** @description Milliseconds since 1970. */
                                    placedAtMs?: number | null;
                                    /** @description Milliseconds since 1970. */
                                    cancelledAtMs?: number | null;
                                    total?: number | null;
                                    refunded?: number | null;
                                    currency?: string;
                                    channel?: string;
                                    lines: ({
                                        product: string;
                                        quantity?: number | null;
                                        name?: string;
                                        price?: number | null;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                } & {
                                    [key: string]: unknown;
                                })[];
                                cart: ({
                                    product: string;
                                    quantity?: number | null;
                                    name?: string;
                                    price?: number | null;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                tickets: ({
                                    ticketId: string;
                                    open?: boolean | null;
                                    /** @description Milliseconds since 1970. */
                                    openedAtMs?: number | null;
                                    /** @description Milliseconds since 1970. */
                                    resolvedAtMs?: number | null;
                                    complaint?: boolean | null;
                                    subject?: string | null;
                                    category?: string | null;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                totals: {
                                    orders?: number | null;
                                    revenue?: number | null;
                                    refunds?: number | null;
                                    refunded?: number | null;
                                    complaints?: number | null;
                                } & {
                                    [key: string]: unknown;
                                };
                                events: {
                                    count: number;
                                    /** @description Milliseconds since 1970. */
                                    firstAtMs: number | null;
                                    /** @description Milliseconds since 1970. */
                                    lastAtMs: number | null;
                                } & {
                                    [key: string]: unknown;
                                };
                                households: ({
                                    personId: string;
                                    via: ({
                                        kind: string;
                                        value: string;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                } & {
                                    [key: string]: unknown;
                                })[];
                                scores?: ({
                                    score: string;
                                    value?: number | null;
                                    version: string;
                                    /** @description Milliseconds since 1970. */
                                    atMs: number;
                                    reasons: {
                                        en: string;
                                        zh: string;
                                    }[];
                                } & {
                                    [key: string]: unknown;
                                })[];
                                segments?: ({
                                    segment: string;
                                    /** @description Milliseconds since 1970. */
                                    sinceMs: number;
                                } & {
                                    [key: string]: unknown;
                                })[];
                            } & {
                                [key: string]: unknown;
                            })[];
                            conflicts: {
                                field: string;
                            }[];
                            recordCount: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/identity/quality": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How well it is decided who is who
         * @description By day and by what people decided; of at most 4000 decisions and as many reviews, the latest. `precision`: of the merges of the matcher, how many still stand. `recall`: of all merges that people or the matcher hold right, how many the matcher had proposed.
         */
        get: {
            parameters: {
                query?: {
                    days?: number;
                    /** @description Minutes that the reader is ahead of UTC. */
                    offset?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Milliseconds since 1970. */
                            sinceMs: number;
                            /** @description False: there was more than is read; the oldest is left out. */
                            whole: boolean;
                            /** @description Pairs in the queue, counted up to 10000. */
                            waiting: number;
                            days: {
                                /** @description Milliseconds since 1970. */
                                beganAtMs: number;
                                /** @description Merges that people made, reviews among them. */
                                byPerson: number;
                                /** @description Merges of sure pairs by the matcher. */
                                byModel: number;
                                /** @description Merges that sources asked for. */
                                byAlias: number;
                                /** @description Declared different. */
                                apart: number;
                                /** @description Decisions taken back. */
                                retracted: number;
                                /** @description Pairs that came into the review queue. */
                                queued: number;
                                /** @description Pairs of the queue that were decided. */
                                reviewed: number;
                            }[];
                            bands: {
                                from: number;
                                to: number;
                                expected: number;
                                same: number;
                                different: number;
                            }[];
                            model: {
                                merges: number;
                                standing: number;
                            };
                            /** @description Merges by people that the matcher had not proposed. */
                            missed: number;
                            precision?: number;
                            recall?: number;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/identity/rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Rules per kind of identifier, and of survivorship
         * @description As the configuration of the node declares them.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            kinds: {
                                kind: string;
                                /** @description Two records with different values of it are different people. */
                                unique: boolean;
                                /** @description Records with the same value are one person. */
                                joins: boolean;
                                /** @description Known people of one source that one value may join before it stops joining. */
                                maxPeople: number;
                                /** @description Each source is a namespace of its own. */
                                perSource: boolean;
                                /** @description Shared by several people, it says that they live or act together. */
                                household: boolean;
                                /** @description Known placeholder values, which join nobody. */
                                placeholders: number;
                                /**
                                 * @description In which values are compared.
                                 * @enum {string}
                                 */
                                form: "e164" | "mail" | "document" | "card" | "as_given";
                            }[];
                            survivorship: {
                                trait: string;
                                criteria: string[];
                                sources?: string[];
                            }[];
                            region?: string;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/consent/purposes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Purposes, legal bases and the law that holds
         * @description With the number of people whose data may be used for each now, once the gate has read everybody after a start (`gate.state` is `ready`).
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            law: string;
                            lawVersion: number;
                            lawName: {
                                en: string;
                                zh: string;
                            };
                            minorsAge: number;
                            minorsArticle?: string;
                            gate: {
                                /** @enum {string} */
                                state: "idle" | "reading" | "ready";
                                subjectsRead: number;
                            };
                            purposes: {
                                purpose: string;
                                name: {
                                    en: string;
                                    zh: string;
                                };
                                /** @description What customers are told and agree to. */
                                text: {
                                    en: string;
                                    zh: string;
                                };
                                dpv: string;
                                basis: string;
                                /**
                                 * @description What holds when nothing was said.
                                 * @enum {string}
                                 */
                                mode: "optIn" | "optOut" | "always";
                                /** @description A broader purpose: who refuses that one refuses this one. */
                                under?: string;
                                basisName: {
                                    en: string;
                                    zh: string;
                                };
                                article: string;
                                /** @enum {string} */
                                byDefault: "allowed" | "denied";
                                /** @description Why consent must be given apart from any other. */
                                apart: {
                                    why: string;
                                    article?: string;
                                    name?: {
                                        en: string;
                                        zh: string;
                                    };
                                }[];
                                channels: {
                                    /** @description `*` where the purpose has none. */
                                    channel: string;
                                    /** @description People whose data may be used for it now. */
                                    allowed?: number;
                                    /** @description People in all. */
                                    subjects?: number;
                                }[];
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/consent/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What customers said about each purpose, month by month
         * @description Facts over everybody, counted in the background and kept for ten minutes; `reading` until the first count is done. At most the latest 36 months.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            state: "reading" | "ready";
                            subjectsRead: number;
                            /** @description Milliseconds since 1970. */
                            countedAtMs?: number;
                            months: {
                                /** @description `yyyy-mm`, UTC. */
                                month: string;
                                purpose: string;
                                given: number;
                                refused: number;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/profiles/{id}/consents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a person agreed to, and what may be done now and why */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description A profile id; the id of any of its records leads to it too. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What was said, and what it comes to now. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            law: string;
                            lawVersion: number;
                            /** @description A birthday in any record makes the person a child to this law. */
                            child: boolean;
                            effective: {
                                purpose: string;
                                channel: string;
                                allowed: boolean;
                                rule: string;
                                article?: string;
                                reason: {
                                    en: string;
                                    zh: string;
                                };
                                /** @description Before this moment only a new fact changes it. */
                                untilMs?: number;
                                /** @description Of the fact that decided. */
                                fact?: string;
                                source?: string;
                            }[];
                            facts: {
                                /** @description Its id; a receipt is asked for by it. */
                                fact: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                                purpose: string;
                                channel: string;
                                /** @enum {string} */
                                status: "given" | "denied" | "withdrawn" | "expired";
                                policyVersion?: string;
                                legalBasis?: string;
                                language?: string;
                                evidence?: string;
                                /** @description Milliseconds since 1970. */
                                expiresAtMs?: number;
                                separate?: boolean;
                                guardian?: boolean;
                                source: string;
                                recordId: number;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Record what a person said about their data
         * @description A fact of the source "by hand", joined to this person. It adds to the ledger and takes nothing out of it: a no that another source holds stands until that source hears a yes.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description A profile id; the id of any of its records leads to it too. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description A declared purpose. */
                        purpose: string;
                        /** @description One of its channels; all of them when absent. */
                        channel?: string;
                        /** @enum {string} */
                        status: "given" | "denied" | "withdrawn";
                        /** @description The version of the text that was shown or read out. */
                        policyVersion?: string;
                        /** @description The basis as it was named to the customer. */
                        legalBasis?: string;
                        /** @description The language of that text. */
                        language?: string;
                        /** @description Where the proof lies. */
                        evidence?: string;
                        /** @description A consent does not hold from then on; ISO 8601. */
                        expiresAt?: string;
                        /** @description Given apart from any other (PIPL), explicitly (GDPR). */
                        separate?: boolean;
                        /** @description Given by the guardian of a child. */
                        guardian?: boolean;
                        /** @description Kept with the event. */
                        reason?: string;
                    };
                };
            };
            responses: {
                /** @description What was said, and what it comes to now. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            law: string;
                            lawVersion: number;
                            /** @description A birthday in any record makes the person a child to this law. */
                            child: boolean;
                            effective: {
                                purpose: string;
                                channel: string;
                                allowed: boolean;
                                rule: string;
                                article?: string;
                                reason: {
                                    en: string;
                                    zh: string;
                                };
                                /** @description Before this moment only a new fact changes it. */
                                untilMs?: number;
                                /** @description Of the fact that decided. */
                                fact?: string;
                                source?: string;
                            }[];
                            facts: {
                                /** @description Its id; a receipt is asked for by it. */
                                fact: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                                purpose: string;
                                channel: string;
                                /** @enum {string} */
                                status: "given" | "denied" | "withdrawn" | "expired";
                                policyVersion?: string;
                                legalBasis?: string;
                                language?: string;
                                evidence?: string;
                                /** @description Milliseconds since 1970. */
                                expiresAtMs?: number;
                                separate?: boolean;
                                guardian?: boolean;
                                source: string;
                                recordId: number;
                            }[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/profiles/{id}/consents/{fact}/receipt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A signed receipt for one fact (ISO/IEC TS 27560)
         * @description `proof` is the signature of the node (Ed25519); `holdfast consent verify` checks it on any machine. A reader who is not shown the evidence gets the receipt without it, and it verifies.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description A profile id; the id of any of its records leads to it too. */
                    id: string;
                    /** @description The id of a fact in the ledger. */
                    fact: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/consent/{id}/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A link to the person's own preference page
         * @description For this person alone: whoever has it can read and change what they said. Nothing of them is in the address.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description A profile id; the id of any of its records leads to it too. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @default 30 */
                        days?: number;
                    } | null;
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            url: string;
                            /** @description Milliseconds since 1970. */
                            expiresAtMs: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/consent/{id}/links/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End all preference links of a person */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description A profile id; the id of any of its records leads to it too. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            revoked?: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/consent/{id}/requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a person was asked for, and whether they confirmed it */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description A profile id; the id of any of its records leads to it too. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            requests?: {
                                id?: number;
                                /**
                                 * @description superseded: the customer has said no since. Only confirmed is consent.
                                 * @enum {string}
                                 */
                                state?: "pending" | "confirmed" | "expired" | "superseded";
                                purpose?: string;
                                channel?: string;
                                /** @enum {string} */
                                language?: "en" | "zh";
                                /** @description Who asked. */
                                by?: string;
                                /** @description Milliseconds since 1970. */
                                madeAtMs?: number;
                                /** @description Milliseconds since 1970. */
                                expiresAtMs?: number;
                                /** @description Milliseconds since 1970. */
                                confirmedAtMs?: number;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Ask a person for a consent by a message they must confirm (double opt-in)
         * @description The link in the message shows a page with a button; only pressing it is a consent. Until then nothing is allowed by it.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description A profile id; the id of any of its records leads to it too. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        purpose: string;
                        /** @description One of the purpose; left out where it has none. */
                        channel?: string;
                        /**
                         * @default en
                         * @enum {string}
                         */
                        language?: "en" | "zh";
                        /** @description Where to ask; what the node knows when absent. */
                        address?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id?: number;
                            /**
                             * @description superseded: the customer has said no since. Only confirmed is consent.
                             * @enum {string}
                             */
                            state?: "pending" | "confirmed" | "expired" | "superseded";
                            purpose?: string;
                            channel?: string;
                            /** @enum {string} */
                            language?: "en" | "zh";
                            /** @description Who asked. */
                            by?: string;
                            /** @description Milliseconds since 1970. */
                            madeAtMs?: number;
                            /** @description Milliseconds since 1970. */
                            expiresAtMs?: number;
                            /** @description Milliseconds since 1970. */
                            confirmedAtMs?: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/consent/outbox": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Messages that wait for a channel to send them */
        get: {
            parameters: {
                query?: {
                    after?: number;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            messages: {
                                id: number;
                                person: string;
                                channel: string;
                                to: string;
                                subject?: string;
                                /** @description Holds the link, which is as good as the customer: hand it to them alone. */
                                text: string;
                                /** @description Milliseconds since 1970. */
                                madeAtMs: number;
                                /** @description Milliseconds since 1970. */
                                expiresAtMs: number;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/consent/texts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every text that customers were shown, by version */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            texts: {
                                version: string;
                                /** @description Milliseconds since 1970. */
                                firstAtMs: number;
                                purpose: string;
                                /** @enum {string} */
                                language: "en" | "zh";
                                policyVersion?: string;
                                name: string;
                                text: string;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sources/{id}/dictionary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The data dictionary of a source */
        get: {
            parameters: {
                query?: {
                    /** @description An older one. */
                    version?: number;
                };
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            source: number;
                            /** @description 0 is the default dictionary, which nobody saved. */
                            version: number;
                            /** @description Milliseconds since 1970. */
                            savedAtMs?: number;
                            /** @description What fields mean, how values are read, what must be there, which shape events have: docs/dictionary.md. */
                            dictionary: {
                                [key: string]: unknown;
                            };
                        };
                    };
                };
            };
        };
        /** Give a source another data dictionary; it holds for every batch from now on */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            /** @description What fields mean, how values are read, what must be there, which shape events have: docs/dictionary.md. */
            requestBody: {
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            source: number;
                            /** @description 0 is the default dictionary, which nobody saved. */
                            version: number;
                            /** @description Milliseconds since 1970. */
                            savedAtMs?: number;
                            /** @description What fields mean, how values are read, what must be there, which shape events have: docs/dictionary.md. */
                            dictionary: {
                                [key: string]: unknown;
                            };
                        };
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sources/{id}/dictionary/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The versions of a dictionary, newest first */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            versions: {
                                version: number;
                                /** @description Milliseconds since 1970. */
                                savedAtMs: number;
                                sizeBytes: number;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sources/{id}/dictionary/try": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a dictionary would make of an event; nothing is recorded */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description An event; message id and times may be left out. */
                        event: {
                            [key: string]: unknown;
                        };
                        /** @description One that is not saved yet; without it, that of the source. */
                        dictionary?: {
                            [key: string]: unknown;
                        };
                    };
                };
            };
            responses: {
                /** @description `ok` with the event as it would be recorded, or the rule that it breaks. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            ok: boolean;
                            event?: {
                                [key: string]: unknown;
                            };
                            /** @description What was left as it came. */
                            notes?: {
                                where?: string;
                                reason?: string;
                            }[];
                            where?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quarantine": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Events in quarantine, oldest first */
        get: {
            parameters: {
                query?: {
                    source?: number;
                    /** @description `next` of the page before. */
                    after?: number;
                    limit?: number;
                    /** @description Only those with this reason. */
                    reason?: string;
                    /** @description Only those that broke a rule at this path. */
                    where?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            events: {
                                id: number;
                                source: number;
                                /** @description Milliseconds since 1970. */
                                quarantinedAtMs: number;
                                /** @description When a person last corrected it. */
                                fixedAtMs?: number;
                                reason: string;
                                /** @description The path that broke the rule. */
                                where: string;
                                /** @description kind (identify, track, page, screen, group, alias), messageId, userId or anonymousId, occurredAtMs, receivedAtMs; name, properties, traits, context. */
                                event: {
                                    [key: string]: unknown;
                                };
                            }[];
                            /** @description Pass it as `after`; absent on the last page. */
                            next?: number;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quarantine/counts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How much of each source is in quarantine */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            sources: {
                                source: number;
                                events: number;
                                sizeBytes: number;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quarantine/reasons": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Why events of a source are in quarantine, the commonest reason first */
        get: {
            parameters: {
                query: {
                    source: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            reasons: {
                                reason: string;
                                where: string;
                                events: number;
                            }[];
                            /** @description Events looked at, the oldest; 10000 at most. */
                            counted: number;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quarantine/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One event in quarantine */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: number;
                            source: number;
                            /** @description Milliseconds since 1970. */
                            quarantinedAtMs: number;
                            /** @description When a person last corrected it. */
                            fixedAtMs?: number;
                            reason: string;
                            /** @description The path that broke the rule. */
                            where: string;
                            /** @description kind (identify, track, page, screen, group, alias), messageId, userId or anonymousId, occurredAtMs, receivedAtMs; name, properties, traits, context. */
                            event: {
                                [key: string]: unknown;
                            };
                        };
                    };
                };
            };
        };
        /** Correct an event; its messageId stays, and it stays in quarantine until it is replayed */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description kind (identify, track, page, screen, group, alias), messageId, userId or anonymousId, occurredAtMs, receivedAtMs; name, properties, traits, context. */
                        event: {
                            [key: string]: unknown;
                        };
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: number;
                            source: number;
                            /** @description Milliseconds since 1970. */
                            quarantinedAtMs: number;
                            /** @description When a person last corrected it. */
                            fixedAtMs?: number;
                            reason: string;
                            /** @description The path that broke the rule. */
                            where: string;
                            /** @description kind (identify, track, page, screen, group, alias), messageId, userId or anonymousId, occurredAtMs, receivedAtMs; name, properties, traits, context. */
                            event: {
                                [key: string]: unknown;
                            };
                        };
                    };
                };
            };
        };
        post?: never;
        /** Throw an event away; its key is destroyed with it */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            discarded: number;
                        };
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /** Correct fields of an event; the others stay as they are, also where the caller sees them masked */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        changes: {
                            /** @description Name by name, places in lists as numbers. */
                            path: string[];
                            /** @description What stands there from now on; without it the field goes. */
                            value?: unknown;
                        }[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: number;
                            source: number;
                            /** @description Milliseconds since 1970. */
                            quarantinedAtMs: number;
                            /** @description When a person last corrected it. */
                            fixedAtMs?: number;
                            reason: string;
                            /** @description The path that broke the rule. */
                            where: string;
                            /** @description kind (identify, track, page, screen, group, alias), messageId, userId or anonymousId, occurredAtMs, receivedAtMs; name, properties, traits, context. */
                            event: {
                                [key: string]: unknown;
                            };
                        };
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/quarantine/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Record events through the dictionary as it is now; what still breaks a rule stays */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            /** @description By ids, or all of a source, 2000 in one call: go on with `next`. */
            requestBody: {
                content: {
                    "application/json": {
                        ids?: number[];
                        source?: number;
                        /** @description Only those with this reason. */
                        reason?: string;
                        /** @description Only those that broke a rule at this path. */
                        where?: string;
                        /** @description `next` of the page before. */
                        after?: number;
                        /** @description Of a source: how many in this call. */
                        limit?: number;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            replayed: {
                                id: number;
                                /**
                                 * @description quarantined: it stays there.
                                 * @enum {string}
                                 */
                                outcome: "recorded" | "duplicate" | "quarantined";
                                where?: string;
                                reason?: string;
                            }[];
                            /** @description Pass it as `after`; absent on the last page. */
                            next?: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quarantine/discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Throw events away for a reason, which stands in the audit log; their keys are destroyed with them */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        ids: number[];
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            discarded: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/features/purchases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Orders of customers under pseudonyms, page by page
         * @description Day and amount of each order that was placed and not cancelled, of everybody whom the consent gate allows for the purpose of the request: what RFM, lifetime value and the time of the next purchase are worked out from.
         */
        get: {
            parameters: {
                query?: {
                    /** @description From a page’s `next`. */
                    after?: number;
                    /** @description Customers of one page. */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            purchases: {
                                person: string;
                                /** @description The day. */
                                at: string;
                                amount: number;
                            }[];
                            next?: number;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/features": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The features of a customer, and how far the matrix is
         * @description `idle`: nobody has asked for it since the start. `reading`: everybody is being read. `following`: it is as new as the last event.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            features: {
                                name: string;
                                label: {
                                    en: string;
                                    zh: string;
                                };
                                group: string;
                                /** @enum {string} */
                                kind: "number" | "time" | "category";
                                /** @description Why a value can be missing. */
                                missing?: {
                                    en: string;
                                    zh: string;
                                };
                            }[];
                            groups: {
                                [key: string]: {
                                    en: string;
                                    zh: string;
                                };
                            };
                            state: {
                                /** @enum {string} */
                                state: "idle" | "reading" | "following";
                                customers: number;
                                waiting: number;
                                bytes: number;
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/features/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What each feature holds over all customers whose data may be used
         * @description Counts and figures of everybody whom the consent gate allows for the purpose of the request, never one customer’s; levels that fewer than 5 have are left out. Waits until everybody has been read.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            customers: number;
                            features: {
                                name: string;
                                /** @enum {string} */
                                kind: "number" | "time" | "category";
                                missing: number;
                                distinct: number;
                                least?: number;
                                greatest?: number;
                                mean?: number;
                                levels?: {
                                    level: string;
                                    rows: number;
                                }[];
                            }[];
                            /** @description When it was worked out, in milliseconds since 1970. */
                            atMs: number;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/features/rows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Features of customers under pseudonyms, page by page
         * @description Of everybody whom the consent gate allows for the purpose of the request. With `at`, as known from what had happened by that moment. Pseudonyms differ from purpose to purpose; a birthday is its year; levels that fewer than 5 have are `…`.
         */
        get: {
            parameters: {
                query?: {
                    /** @description From a page’s `next`. */
                    after?: number;
                    limit?: number;
                    /** @description With how much was done on each of the last 90 days. */
                    days?: boolean;
                    /** @description ISO 8601. */
                    at?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            columns: string[];
                            rows: {
                                /** @description A pseudonym. */
                                person: string;
                                /** @description In the order of the columns. */
                                values: (number | string | null)[];
                            }[];
                            next?: number;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/segments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All segments */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The answer. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            segments: {
                                id: number;
                                name: string;
                                label?: {
                                    en: string;
                                    zh: string;
                                };
                                description?: string;
                                purpose: string;
                                /** @description The rule in words. */
                                text: {
                                    en: string;
                                    zh: string;
                                };
                                /** @description The rule as JSON; docs/segments.md. */
                                when: {
                                    [key: string]: unknown;
                                };
                                version: number;
                                author: string;
                                /** @description Milliseconds since 1970. */
                                madeAtMs: number;
                                changedBy: string;
                                /** @description Milliseconds since 1970. */
                                changedAtMs: number;
                                /**
                                 * @description preparing: everybody is being asked.
                                 * @enum {string}
                                 */
                                state: "preparing" | "live";
                                /** @description While it is prepared: customers asked so far. */
                                done?: number;
                                total?: number;
                                members: number;
                                /** @description Customers in all. */
                                of: number;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Keep a segment
         * @description By its rule in words or as JSON. It is answered over everybody first; from then on it follows what customers do.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description By which other rules ask for it. The name at the end of the rule where it is absent. */
                        name?: string;
                        /** @description The rule in words, English or Chinese. */
                        text?: string;
                        /** @description The rule as JSON; docs/segments.md. */
                        when?: {
                            [key: string]: unknown;
                        };
                        /** @description What it is for, as GET /api/consent/purposes names it: its members are those who may be used for it. */
                        purpose: string;
                        label?: {
                            en: string;
                            zh: string;
                        };
                        description?: string;
                    };
                };
            };
            responses: {
                /** @description The segment. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: number;
                            name: string;
                            label?: {
                                en: string;
                                zh: string;
                            };
                            description?: string;
                            purpose: string;
                            /** @description The rule in words. */
                            text: {
                                en: string;
                                zh: string;
                            };
                            /** @description The rule as JSON; docs/segments.md. */
                            when: {
                                [key: string]: unknown;
                            };
                            version: number;
                            author: string;
                            /** @description Milliseconds since 1970. */
                            madeAtMs: number;
                            changedBy: string;
                            /** @description Milliseconds since 1970. */
                            changedAtMs: number;
                            /**
                             * @description preparing: everybody is being asked.
                             * @enum {string}
                             */
                            state: "preparing" | "live";
                            /** @description While it is prepared: customers asked so far. */
                            done?: number;
                            total?: number;
                            members: number;
                            /** @description Customers in all. */
                            of: number;
                            findings?: {
                                /** @enum {string} */
                                severity: "error" | "warning";
                                path: string;
                                message: {
                                    en: string;
                                    zh: string;
                                };
                                near: string[];
                            }[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/segments/{segment}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One segment */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    segment: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The segment. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: number;
                            name: string;
                            label?: {
                                en: string;
                                zh: string;
                            };
                            description?: string;
                            purpose: string;
                            /** @description The rule in words. */
                            text: {
                                en: string;
                                zh: string;
                            };
                            /** @description The rule as JSON; docs/segments.md. */
                            when: {
                                [key: string]: unknown;
                            };
                            version: number;
                            author: string;
                            /** @description Milliseconds since 1970. */
                            madeAtMs: number;
                            changedBy: string;
                            /** @description Milliseconds since 1970. */
                            changedAtMs: number;
                            /**
                             * @description preparing: everybody is being asked.
                             * @enum {string}
                             */
                            state: "preparing" | "live";
                            /** @description While it is prepared: customers asked so far. */
                            done?: number;
                            total?: number;
                            members: number;
                            /** @description Customers in all. */
                            of: number;
                            findings?: {
                                /** @enum {string} */
                                severity: "error" | "warning";
                                path: string;
                                message: {
                                    en: string;
                                    zh: string;
                                };
                                near: string[];
                            }[];
                        };
                    };
                };
            };
        };
        /**
         * Change a segment
         * @description Another rule or purpose is a new version; everybody is asked anew, and who enters or leaves by it is told.
         */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    segment: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description The rule in words, English or Chinese. */
                        text?: string;
                        /** @description The rule as JSON; docs/segments.md. */
                        when?: {
                            [key: string]: unknown;
                        };
                        /** @description What it is for, as GET /api/consent/purposes names it: its members are those who may be used for it. */
                        purpose?: string;
                        label?: {
                            en: string;
                            zh: string;
                        };
                        description?: string;
                    };
                };
            };
            responses: {
                /** @description The segment. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: number;
                            name: string;
                            label?: {
                                en: string;
                                zh: string;
                            };
                            description?: string;
                            purpose: string;
                            /** @description The rule in words. */
                            text: {
                                en: string;
                                zh: string;
                            };
                            /** @description The rule as JSON; docs/segments.md. */
                            when: {
                                [key: string]: unknown;
                            };
                            version: number;
                            author: string;
                            /** @description Milliseconds since 1970. */
                            madeAtMs: number;
                            changedBy: string;
                            /** @description Milliseconds since 1970. */
                            changedAtMs: number;
                            /**
                             * @description preparing: everybody is being asked.
                             * @enum {string}
                             */
                            state: "preparing" | "live";
                            /** @description While it is prepared: customers asked so far. */
                            done?: number;
                            total?: number;
                            members: number;
                            /** @description Customers in all. */
                            of: number;
                            findings?: {
                                /** @enum {string} */
                                severity: "error" | "warning";
                                path: string;
                                message: {
                                    en: string;
                                    zh: string;
                                };
                                near: string[];
                            }[];
                        };
                    };
                };
            };
        };
        post?: never;
        /** Remove a segment, with its snapshots */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    segment: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The answer. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            removed: boolean;
                        };
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/segments/{segment}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The versions of a rule, the latest first */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    segment: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The answer. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            versions: {
                                version: number;
                                /** @description The rule as JSON; docs/segments.md. */
                                when: {
                                    [key: string]: unknown;
                                };
                                text: {
                                    en: string;
                                    zh: string;
                                };
                                purpose: string;
                                changedBy: string;
                                /** @description Milliseconds since 1970. */
                                changedAtMs: number;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/segments/overlaps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many two segments have in common */
        get: {
            parameters: {
                query?: {
                    /** @description Numbers, parted by commas; the first 20 when absent. */
                    segments?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The answer. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            overlaps: {
                                a: number;
                                b: number;
                                both: number;
                                share: number;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/segments/words": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The names that rules may say
         * @description Traits and events that sources told of, computed traits, segments, scores, and purposes with their channels.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The names. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            traits: {
                                name: string;
                                label?: {
                                    en: string;
                                    zh: string;
                                };
                                type?: string;
                            }[];
                            computed: {
                                name: string;
                                label?: {
                                    en: string;
                                    zh: string;
                                };
                                type?: string;
                            }[];
                            events: {
                                name: string;
                                label?: {
                                    en: string;
                                    zh: string;
                                };
                                properties: string[];
                            }[];
                            segments: string[];
                            scores: string[];
                            purposes: {
                                purpose: string;
                                name?: {
                                    en: string;
                                    zh: string;
                                };
                                channels: string[];
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/segments/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Read a rule, and say it back
         * @description In words or as JSON. What cannot be understood is no refusal here: `error` says where, and what was expected there.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        text?: string;
                        /** @description The rule as JSON; docs/segments.md. */
                        when?: {
                            [key: string]: unknown;
                        };
                    };
                };
            };
            responses: {
                /** @description The rule, or what is wrong. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description After the rule, `= name`. */
                            name?: string;
                            text?: {
                                en: string;
                                zh: string;
                            };
                            /** @description The rule as JSON; docs/segments.md. */
                            when?: {
                                [key: string]: unknown;
                            };
                            findings: {
                                /** @enum {string} */
                                severity: "error" | "warning";
                                path: string;
                                message: {
                                    en: string;
                                    zh: string;
                                };
                                near: string[];
                            }[];
                            error?: {
                                /** @description In UTF-16 units from the beginning. */
                                offset: number;
                                line: number;
                                column: number;
                                /** @description What stands there; empty at the end. */
                                found: string;
                                message: {
                                    en: string;
                                    zh: string;
                                };
                            };
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/segments/rfm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Customers by how recently, how often and for how much they bought
         * @description Of everybody whom the consent gate allows for the purpose of the request, by fifths: five by five fields of recency and frequency, each with the rule that finds the same people, and the ten groups that marketing knows.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The answer. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            customers: number;
                            /** @description Never bought. */
                            leftOut: number;
                            spend: number;
                            bounds: {
                                /** @description Four, between five scores; null where a score is not given out. */
                                recencyDays: (number | null)[];
                                /** @description Four, between five scores; null where a score is not given out. */
                                frequency: (number | null)[];
                                /** @description Four, between five scores; null where a score is not given out. */
                                monetary: (number | null)[];
                            };
                            fields: {
                                /** @description 1 to 5, 5 the most recent. */
                                recency: number;
                                /** @description 1 to 5, 5 the most frequent. */
                                frequency: number;
                                customers: number;
                                share: number;
                                spend: number;
                                spendShare: number;
                                /** @description How many of them have each score of money, from 1 to 5. */
                                monetary: number[];
                                /** @description Who is in it, as a rule to make a segment of. */
                                when: {
                                    [key: string]: unknown;
                                };
                            }[];
                            groups: {
                                code: string;
                                name: {
                                    en: string;
                                    zh: string;
                                };
                                advice: {
                                    en: string;
                                    zh: string;
                                };
                                customers: number;
                                share: number;
                                recencyDays: number;
                                frequency: number;
                                monetary: number;
                                spendShare: number;
                            }[];
                            /** @description When it was worked out, in milliseconds since 1970. */
                            atMs: number;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/segments/clusters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Groups of customers who are alike
         * @description k-means over the features named, of everybody whom the consent gate allows for the purpose of the request; k by silhouette. Customers are counted by squares of a plane: of two features, or of the two directions in which they differ most.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Features of numbers or times, parted by commas. */
                    columns?: string;
                    /** @description Least number of groups to try. */
                    from?: number;
                    /** @description Most. */
                    to?: number;
                    /** @description Two of the features as axes. */
                    along?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The answer. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            customers: number;
                            k: number;
                            silhouettes: {
                                k: number;
                                silhouette: number;
                            }[];
                            features: {
                                name: string;
                                /** @enum {string} */
                                transform: "log" | "none";
                                missing: number;
                            }[];
                            ignored: {
                                column: string;
                                why: string;
                            }[];
                            settled: boolean;
                            profiles: {
                                cluster: number;
                                size: number;
                                share: number;
                                name: {
                                    en: string;
                                    zh: string;
                                };
                                differences: {
                                    column: string;
                                    standardised: number;
                                    mean: number | null;
                                }[];
                            }[];
                            points: {
                                x: number;
                                y: number;
                                /** @description From 1. */
                                cluster: number;
                                customers: number;
                            }[];
                            axes: {
                                /** @description Of all that customers differ by; null for an axis of one feature. */
                                share: number | null;
                                features: {
                                    name: string;
                                    weight: number;
                                }[];
                            }[];
                            /** @description When it was worked out, in milliseconds since 1970. */
                            atMs: number;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/segments/lifetime": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What customers are expected to buy and be worth
         * @description BG/NBD and Gamma-Gamma fitted to the orders of everybody whom the consent gate allows for the purpose of the request: week by week so far, to the end of `weeks` from now on, tenth by tenth, and checked on the last 13 weeks.
         */
        get: {
            parameters: {
                query?: {
                    weeks?: number;
                    /** @description A year. */
                    discount?: number;
                    /** @description The share of amounts that is earned. */
                    margin?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The answer. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            customers: number;
                            repeating: number;
                            meanAlive: number;
                            purchases: {
                                model: {
                                    [key: string]: number;
                                };
                                warnings: ("not_converged" | "flat" | "at_bound" | "no_mean" | "related")[];
                                customers: number;
                                converged: boolean;
                            };
                            spending?: {
                                model: {
                                    [key: string]: number;
                                };
                                warnings: ("not_converged" | "flat" | "at_bound" | "no_mean" | "related")[];
                                customers: number;
                                converged: boolean;
                                correlation: number;
                            };
                            forecast: {
                                week: number;
                                orders: number;
                                value: number | null;
                            }[];
                            tenths: {
                                /** @description From 1, the most valuable. */
                                tenth: number;
                                customers: number;
                                /** @description Of all that is expected. */
                                share: number;
                                value: number;
                                alive: number;
                                expected: number;
                                spent: number;
                            }[];
                            past: {
                                /** @description yyyy-mm-dd */
                                day: string;
                                orders: number;
                                customers: number;
                                spend: number;
                            }[];
                            holdout?: {
                                weeks: number;
                                rows: {
                                    frequency: number;
                                    andMore: boolean;
                                    customers: number;
                                    predicted: number;
                                    actual: number;
                                }[];
                                predicted: number;
                                actual: number;
                                meanAbsoluteError: number;
                            };
                            /** @description When it was worked out, in milliseconds since 1970. */
                            atMs: number;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/segments/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How large segments were, day by day
         * @description Entered, left and members at the end of each day in the node’s time zone, as far as changes are kept (segmentChangesDays of holdfast.json). Whoever was erased since counts on no day.
         */
        get: {
            parameters: {
                query?: {
                    days?: number;
                    /** @description All when absent. */
                    segment?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The answer. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            history: {
                                segment: number;
                                days: {
                                    /** @description yyyy-mm-dd */
                                    day: string;
                                    entered: number;
                                    left: number;
                                    members: number;
                                }[];
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/segments/{segment}/spending": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the members of a segment bought, week by week
         * @description Of those of its members of now whom the consent gate allows for the purpose of the request too.
         */
        get: {
            parameters: {
                query?: {
                    weeks?: number;
                };
                header?: never;
                path: {
                    segment: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The answer. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            customers: number;
                            /** @description Of these, who ever ordered. */
                            buyers: number;
                            /** @description Whose orders were read: of very many buyers, some, and the weeks are estimated from theirs. */
                            asked: number;
                            weeks: {
                                /** @description yyyy-mm-dd */
                                day: string;
                                orders: number;
                                customers: number;
                                spend: number;
                            }[];
                            /** @description When it was worked out, in milliseconds since 1970. */
                            atMs: number;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/segments/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Who a rule would find, before it is kept
         * @description Counts over everybody, and a few customers as the caller may see them. Who may not be used for the purpose is counted apart.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description The rule in words, English or Chinese. */
                        text?: string;
                        /** @description The rule as JSON; docs/segments.md. */
                        when?: {
                            [key: string]: unknown;
                        };
                        /** @description What it is for, as GET /api/consent/purposes names it: its members are those who may be used for it. */
                        purpose: string;
                    };
                };
            };
            responses: {
                /** @description The answer. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            text: {
                                en: string;
                                zh: string;
                            };
                            /** @description The rule as JSON; docs/segments.md. */
                            when: {
                                [key: string]: unknown;
                            };
                            findings: {
                                /** @enum {string} */
                                severity: "error" | "warning";
                                path: string;
                                message: {
                                    en: string;
                                    zh: string;
                                };
                                near: string[];
                            }[];
                            count: number;
                            of: number;
                            share: number;
                            /** @description Fit the rule, and may not be used for the purpose. */
                            withheld: number;
                            /** @description Some were asked and stand for others. */
                            estimated: boolean;
                            sample: {
                                id: string;
                                traits: {
                                    [key: string]: unknown;
                                };
                            }[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/segments/{segment}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is in a segment */
        get: {
            parameters: {
                query?: {
                    /** @description The last of the page before. */
                    after?: string;
                    limit?: number;
                    /** @description With a few of their traits, as the caller may see them. */
                    traits?: boolean;
                };
                header?: never;
                path: {
                    segment: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The answer. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            members: {
                                id: string;
                                /** @description Milliseconds since 1970. */
                                sinceMs?: number;
                                traits?: {
                                    [key: string]: unknown;
                                };
                            }[];
                            next?: string;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/profiles/{id}/segments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The segments that a customer is in */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The answer. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            segments: {
                                segment: string;
                                /** @description Milliseconds since 1970. */
                                sinceMs: number;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/profiles/{id}/segments/{segment}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Why a customer is in a segment or not */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                    segment: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The answer. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            segment: number;
                            name: string;
                            member: boolean;
                            /** @description So long as nothing new is heard. */
                            untilMs?: number;
                            lines: {
                                depth: number;
                                member: boolean | null;
                                rule: {
                                    en: string;
                                    zh: string;
                                };
                                /** @description What was found, where it is no trait. */
                                found?: {
                                    en: string;
                                    zh: string;
                                };
                                /** @description The trait that was looked at. */
                                traits?: {
                                    [key: string]: unknown;
                                };
                                /** @description Milliseconds since 1970. */
                                untilMs?: number;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/segments/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who entered and left, in order
         * @description After a number, to be asked again with `next`. Kept for segmentChangesDays of holdfast.json (30 days).
         */
        get: {
            parameters: {
                query?: {
                    after?: number;
                    limit?: number;
                    segment?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The answer. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            changes: {
                                seq: number;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                                id: string;
                                segment: number;
                                /** @description Of the segment. */
                                name: string;
                                /** @enum {string} */
                                change: "entered" | "left";
                                /** @enum {string} */
                                cause: "event" | "time" | "score" | "consent" | "merge" | "rule" | "again";
                                /** @description With merge: whom they are part of now. */
                                into?: string;
                            }[];
                            next?: number;
                            more: boolean;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/segments/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who enters and leaves, as it happens
         * @description Server-sent events of the type `change`; nothing is replayed: read GET /api/segments/changes for what was missed.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The stream. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/segments/snapshots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Snapshots, the latest first */
        get: {
            parameters: {
                query?: {
                    segment?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The answer. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            snapshots: {
                                id: number;
                                segment: number;
                                name: string;
                                /** @description Milliseconds since 1970. */
                                madeAtMs: number;
                                by: string;
                                version: number;
                                members: number;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/segments/snapshots/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Two snapshots: how many came and went */
        get: {
            parameters: {
                query?: {
                    from?: number;
                    /** @description Numbers of both. */
                    to?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The answer. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            from: {
                                id: number;
                                segment: number;
                                name: string;
                                /** @description Milliseconds since 1970. */
                                madeAtMs: number;
                                by: string;
                                version: number;
                                members: number;
                            };
                            to: {
                                id: number;
                                segment: number;
                                name: string;
                                /** @description Milliseconds since 1970. */
                                madeAtMs: number;
                                by: string;
                                version: number;
                                members: number;
                            };
                            entered: number;
                            left: number;
                            stayed: number;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/segments/{segment}/snapshots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Keep who is in a segment now */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    segment: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                    };
                };
            };
            responses: {
                /** @description The snapshot. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: number;
                            segment: number;
                            name: string;
                            /** @description Milliseconds since 1970. */
                            madeAtMs: number;
                            by: string;
                            version: number;
                            members: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/segments/snapshots/{snapshot}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a snapshot */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    snapshot: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The answer. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            removed: boolean;
                        };
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/segments/{segment}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The members of a segment as rows, a page or a whole CSV file
         * @description Only those whose data may be used for the purpose over the channel, each value as the caller may see it, or as a token. Everybody but the operator needs a second person: propose the act `segment.export` with the segment, purpose and channel, and fetch it within a day.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    segment: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description What it is for, as GET /api/consent/purposes names it: its members are those who may be used for it. */
                        purpose: string;
                        channel?: string;
                        traits: string[];
                        /** @description Tokens of the same form in place of phones and numbers of documents and cards. */
                        tokens?: boolean;
                        /** @enum {string} */
                        format?: "json" | "csv";
                        after?: string;
                    };
                };
            };
            responses: {
                /** @description A page as JSON with `next`, or the whole as CSV. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            rows?: {
                                [key: string]: unknown;
                            }[];
                            withheld?: number;
                            next?: string;
                        };
                        "text/csv": string;
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/model-questions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The ready-made questions, in plain words */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description `own`: chosen from the gaps between the orders of this organisation. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            questions: {
                                name: string;
                                title: {
                                    en: string;
                                    zh: string;
                                };
                                label: {
                                    en: string;
                                    zh: string;
                                };
                                population: {
                                    en: string;
                                    zh: string;
                                };
                                outcome: {
                                    en: string;
                                    zh: string;
                                };
                                horizonDays: number | "own";
                                activeDays: number | "own";
                                cutOffs: number;
                                minimum: {
                                    rows: number;
                                    ofEach: number;
                                };
                                leftOut: string[];
                                purposes: {
                                    training: string;
                                    scoring: string;
                                };
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/train": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Train a model: a question, or a trait of customers
         * @description A job that waits for its turn. Customers whose consent does not cover the purpose are no rows. The version serves only once it is promoted.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        question?: string;
                        /** @description A trait to learn, in place of a question. */
                        label?: string;
                        /** @description The value of the trait to find. */
                        positive?: string;
                        /** @description Of the model; that of the question or trait when absent. */
                        name?: string;
                        /** @description Its members alone. */
                        segment?: string;
                        /** @description How long after the cut-off the answer is looked for. */
                        horizonDays?: number;
                        /** @description How long before it somebody did something, to be asked about. */
                        activeDays?: number;
                        /** @description Asked of the consent gate for each customer. */
                        purpose?: string;
                        /** @description Features not to learn from. */
                        drop?: string[];
                        /** @description Features to learn from though they look like a leak. */
                        keep?: string[];
                        costs?: {
                            falsePositive: number;
                            falseNegative: number;
                        };
                        /** @enum {string} */
                        budget?: "small" | "normal" | "large";
                        /**
                         * @description All: trees and lines, blended.
                         * @enum {string}
                         */
                        learners?: "all" | "trees" | "linear";
                        seed?: number;
                        /** @description Customers read at most; of more, a sample that the seed decides. */
                        most?: number;
                        /**
                         * @description A score follows events; else it is made anew once a day alone.
                         * @default true
                         */
                        live?: boolean;
                        /** @description Where nothing serves yet, the version serves at once. Only for whoever may promote. */
                        serveFirst?: boolean;
                    };
                };
            };
            responses: {
                /** @description The job. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: number;
                            model: string;
                            ask: {
                                question?: string;
                                segment?: string;
                                label?: string;
                                positive?: string;
                                horizonDays?: number;
                                activeDays?: number;
                                purpose?: string;
                                drop?: string[];
                                keep?: string[];
                                costs?: {
                                    falsePositive: number;
                                    falseNegative: number;
                                };
                                /** @enum {string} */
                                budget?: "small" | "normal" | "large";
                                /** @enum {string} */
                                learners?: "all" | "trees" | "linear";
                                seed?: number;
                                most?: number;
                                live?: boolean;
                                serveFirst?: boolean;
                            };
                            by: string;
                            createdAtMs: number;
                            /** @enum {string} */
                            state: "waiting" | "running" | "done" | "failed" | "cancelled";
                            attempts: number;
                            scheduled?: boolean;
                            startedAtMs?: number;
                            endedAtMs?: number;
                            version?: number;
                            code?: string;
                            where?: string;
                            /** @description What the code means, for people. */
                            said?: {
                                message: {
                                    en: string;
                                    zh: string;
                                };
                                next: {
                                    en: string;
                                    zh: string;
                                };
                            };
                            /** @enum {string} */
                            stage?: "choosing" | "reading" | "training" | "keeping";
                            share?: number;
                            etaMs?: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/train/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What a training would be made of, before it is asked for
         * @description Who may be used, the moments and days, rows and answers, and for each feature whether it is learned from or left out, and why. Of many customers a sample is looked at.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        question?: string;
                        /** @description A trait to learn, in place of a question. */
                        label?: string;
                        /** @description The value of the trait to find. */
                        positive?: string;
                        /** @description Of the model; that of the question or trait when absent. */
                        name?: string;
                        /** @description Its members alone. */
                        segment?: string;
                        /** @description How long after the cut-off the answer is looked for. */
                        horizonDays?: number;
                        /** @description How long before it somebody did something, to be asked about. */
                        activeDays?: number;
                        /** @description Asked of the consent gate for each customer. */
                        purpose?: string;
                        /** @description Features not to learn from. */
                        drop?: string[];
                        /** @description Features to learn from though they look like a leak. */
                        keep?: string[];
                        costs?: {
                            falsePositive: number;
                            falseNegative: number;
                        };
                        /** @enum {string} */
                        budget?: "small" | "normal" | "large";
                        /**
                         * @description All: trees and lines, blended.
                         * @enum {string}
                         */
                        learners?: "all" | "trees" | "linear";
                        seed?: number;
                        /** @description Customers read at most; of more, a sample that the seed decides. */
                        most?: number;
                        /**
                         * @description A score follows events; else it is made anew once a day alone.
                         * @default true
                         */
                        live?: boolean;
                        /** @description Where nothing serves yet, the version serves at once. Only for whoever may promote. */
                        serveFirst?: boolean;
                    };
                };
            };
            responses: {
                /** @description Counts and shares; nobody’s values. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            label: {
                                en: string;
                                zh: string;
                            };
                            population: {
                                en: string;
                                zh: string;
                            };
                            purpose: string;
                            persons: number;
                            allowed: number;
                            read: number;
                            byCutOff: {
                                cutOffMs: number;
                                rows: number;
                                positives: number;
                            }[];
                            seed: number;
                            rows: number;
                            positives: number;
                            sampled: boolean;
                            minimum: {
                                rows: number;
                                ofEach: number;
                            };
                            features: {
                                column: string;
                                title: {
                                    en: string;
                                    zh: string;
                                };
                                /** @enum {string} */
                                kind: "number" | "time" | "category";
                                filled: number;
                                /** @enum {string} */
                                state: "used" | "suspect" | "left_out";
                                /** @enum {string} */
                                reason?: "asked" | "empty" | "constant" | "identifier" | "duplicate" | "leak";
                                of?: string;
                                auc?: number;
                            }[];
                            horizonDays?: number;
                            activeDays?: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/{name}/retrain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Train a model again, as it was asked for last */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Of a model. */
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The job. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: number;
                            model: string;
                            ask: {
                                question?: string;
                                segment?: string;
                                label?: string;
                                positive?: string;
                                horizonDays?: number;
                                activeDays?: number;
                                purpose?: string;
                                drop?: string[];
                                keep?: string[];
                                costs?: {
                                    falsePositive: number;
                                    falseNegative: number;
                                };
                                /** @enum {string} */
                                budget?: "small" | "normal" | "large";
                                /** @enum {string} */
                                learners?: "all" | "trees" | "linear";
                                seed?: number;
                                most?: number;
                                live?: boolean;
                                serveFirst?: boolean;
                            };
                            by: string;
                            createdAtMs: number;
                            /** @enum {string} */
                            state: "waiting" | "running" | "done" | "failed" | "cancelled";
                            attempts: number;
                            scheduled?: boolean;
                            startedAtMs?: number;
                            endedAtMs?: number;
                            version?: number;
                            code?: string;
                            where?: string;
                            /** @description What the code means, for people. */
                            said?: {
                                message: {
                                    en: string;
                                    zh: string;
                                };
                                next: {
                                    en: string;
                                    zh: string;
                                };
                            };
                            /** @enum {string} */
                            stage?: "choosing" | "reading" | "training" | "keeping";
                            share?: number;
                            etaMs?: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/model-jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Trainings, the newest first */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description One runs at a time. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            jobs: {
                                id: number;
                                model: string;
                                ask: {
                                    question?: string;
                                    segment?: string;
                                    label?: string;
                                    positive?: string;
                                    horizonDays?: number;
                                    activeDays?: number;
                                    purpose?: string;
                                    drop?: string[];
                                    keep?: string[];
                                    costs?: {
                                        falsePositive: number;
                                        falseNegative: number;
                                    };
                                    /** @enum {string} */
                                    budget?: "small" | "normal" | "large";
                                    /** @enum {string} */
                                    learners?: "all" | "trees" | "linear";
                                    seed?: number;
                                    most?: number;
                                    live?: boolean;
                                    serveFirst?: boolean;
                                };
                                by: string;
                                createdAtMs: number;
                                /** @enum {string} */
                                state: "waiting" | "running" | "done" | "failed" | "cancelled";
                                attempts: number;
                                scheduled?: boolean;
                                startedAtMs?: number;
                                endedAtMs?: number;
                                version?: number;
                                code?: string;
                                where?: string;
                                /** @description What the code means, for people. */
                                said?: {
                                    message: {
                                        en: string;
                                        zh: string;
                                    };
                                    next: {
                                        en: string;
                                        zh: string;
                                    };
                                };
                                /** @enum {string} */
                                stage?: "choosing" | "reading" | "training" | "keeping";
                                share?: number;
                                etaMs?: number;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/model-jobs/{job}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One training: its stage and how long it will take */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    job: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The job. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: number;
                            model: string;
                            ask: {
                                question?: string;
                                segment?: string;
                                label?: string;
                                positive?: string;
                                horizonDays?: number;
                                activeDays?: number;
                                purpose?: string;
                                drop?: string[];
                                keep?: string[];
                                costs?: {
                                    falsePositive: number;
                                    falseNegative: number;
                                };
                                /** @enum {string} */
                                budget?: "small" | "normal" | "large";
                                /** @enum {string} */
                                learners?: "all" | "trees" | "linear";
                                seed?: number;
                                most?: number;
                                live?: boolean;
                                serveFirst?: boolean;
                            };
                            by: string;
                            createdAtMs: number;
                            /** @enum {string} */
                            state: "waiting" | "running" | "done" | "failed" | "cancelled";
                            attempts: number;
                            scheduled?: boolean;
                            startedAtMs?: number;
                            endedAtMs?: number;
                            version?: number;
                            code?: string;
                            where?: string;
                            /** @description What the code means, for people. */
                            said?: {
                                message: {
                                    en: string;
                                    zh: string;
                                };
                                next: {
                                    en: string;
                                    zh: string;
                                };
                            };
                            /** @enum {string} */
                            stage?: "choosing" | "reading" | "training" | "keeping";
                            share?: number;
                            etaMs?: number;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/model-jobs/{job}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Break a training off */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    job: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The job. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: number;
                            model: string;
                            ask: {
                                question?: string;
                                segment?: string;
                                label?: string;
                                positive?: string;
                                horizonDays?: number;
                                activeDays?: number;
                                purpose?: string;
                                drop?: string[];
                                keep?: string[];
                                costs?: {
                                    falsePositive: number;
                                    falseNegative: number;
                                };
                                /** @enum {string} */
                                budget?: "small" | "normal" | "large";
                                /** @enum {string} */
                                learners?: "all" | "trees" | "linear";
                                seed?: number;
                                most?: number;
                                live?: boolean;
                                serveFirst?: boolean;
                            };
                            by: string;
                            createdAtMs: number;
                            /** @enum {string} */
                            state: "waiting" | "running" | "done" | "failed" | "cancelled";
                            attempts: number;
                            scheduled?: boolean;
                            startedAtMs?: number;
                            endedAtMs?: number;
                            version?: number;
                            code?: string;
                            where?: string;
                            /** @description What the code means, for people. */
                            said?: {
                                message: {
                                    en: string;
                                    zh: string;
                                };
                                next: {
                                    en: string;
                                    zh: string;
                                };
                            };
                            /** @enum {string} */
                            stage?: "choosing" | "reading" | "training" | "keeping";
                            share?: number;
                            etaMs?: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Models, and which version of each serves */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description All models. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            models: {
                                name: string;
                                /** @enum {string} */
                                kind: "question" | "trait" | "own";
                                title: {
                                    en: string;
                                    zh: string;
                                };
                                outcome: {
                                    en: string;
                                    zh: string;
                                };
                                live: boolean;
                                ask: {
                                    question?: string;
                                    segment?: string;
                                    label?: string;
                                    positive?: string;
                                    horizonDays?: number;
                                    activeDays?: number;
                                    purpose?: string;
                                    drop?: string[];
                                    keep?: string[];
                                    costs?: {
                                        falsePositive: number;
                                        falseNegative: number;
                                    };
                                    /** @enum {string} */
                                    budget?: "small" | "normal" | "large";
                                    /** @enum {string} */
                                    learners?: "all" | "trees" | "linear";
                                    seed?: number;
                                    most?: number;
                                    live?: boolean;
                                    serveFirst?: boolean;
                                };
                                purpose: string;
                                createdAtMs: number;
                                schedule?: {
                                    everyDays: number;
                                    /** @enum {string} */
                                    promote: "never" | "if_better";
                                };
                                /** @description When it is trained again by its schedule. */
                                dueAtMs?: number;
                                /** @description The version that serves. */
                                champion?: number;
                                /** @description The version that waits for somebody to decide. */
                                challenger?: number;
                                /** @description The newest version. */
                                newest?: number;
                                /** @description Of the version that serves. */
                                figures?: {
                                    rocAuc: number;
                                    logLoss: number;
                                    calibrationError: number;
                                    newest?: {
                                        rocAuc: number;
                                        logLoss: number;
                                        rows: number;
                                        positives: number;
                                    };
                                };
                                /** @description Of the version that serves. */
                                trainedAtMs?: number;
                                /** @description The version that serves was learned with other organisations. */
                                together?: boolean;
                                serving?: {
                                    /** @enum {string} */
                                    state: "reading" | "serving" | "failed";
                                    customers: number;
                                    code?: string;
                                    where?: string;
                                    refreshedAtMs?: number;
                                    drift?: number;
                                };
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One model with its versions, the newest first */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Of a model. */
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description With how scores were spread on the latest days. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            /** @enum {string} */
                            kind: "question" | "trait" | "own";
                            title: {
                                en: string;
                                zh: string;
                            };
                            outcome: {
                                en: string;
                                zh: string;
                            };
                            live: boolean;
                            ask: {
                                question?: string;
                                segment?: string;
                                label?: string;
                                positive?: string;
                                horizonDays?: number;
                                activeDays?: number;
                                purpose?: string;
                                drop?: string[];
                                keep?: string[];
                                costs?: {
                                    falsePositive: number;
                                    falseNegative: number;
                                };
                                /** @enum {string} */
                                budget?: "small" | "normal" | "large";
                                /** @enum {string} */
                                learners?: "all" | "trees" | "linear";
                                seed?: number;
                                most?: number;
                                live?: boolean;
                                serveFirst?: boolean;
                            };
                            purpose: string;
                            createdAtMs: number;
                            versions: {
                                number: number;
                                name: string;
                                /** @enum {string} */
                                state: "trained" | "challenger" | "champion" | "retired";
                                createdAtMs: number;
                                history: {
                                    /** @enum {string} */
                                    state: "trained" | "challenger" | "champion" | "retired";
                                    atMs: number;
                                    by: string;
                                    reason?: string;
                                    takenBack?: boolean;
                                }[];
                                scoringPurpose?: string;
                                rows?: {
                                    label: {
                                        en: string;
                                        zh: string;
                                    };
                                    population: {
                                        en: string;
                                        zh: string;
                                    };
                                    purpose: string;
                                    persons: number;
                                    allowed: number;
                                    read: number;
                                    byCutOff: {
                                        cutOffMs: number;
                                        rows: number;
                                        positives: number;
                                    }[];
                                    seed: number;
                                    horizonDays?: number;
                                    activeDays?: number;
                                };
                                figures?: {
                                    rocAuc: number;
                                    logLoss: number;
                                    calibrationError: number;
                                    newest?: {
                                        rocAuc: number;
                                        logLoss: number;
                                        rows: number;
                                        positives: number;
                                    };
                                };
                                threshold?: number;
                                suspects?: string[];
                                comparison?: {
                                    championVersion: number;
                                    rows: number;
                                    positives: number;
                                    challenger: {
                                        rocAuc: number;
                                        logLoss: number;
                                    };
                                    champion: {
                                        rocAuc: number;
                                        logLoss: number;
                                    };
                                    difference: {
                                        value: number;
                                        low: number;
                                        high: number;
                                    };
                                    /** @enum {string} */
                                    verdict: "better" | "worse" | "alike";
                                    championHadSeen: boolean;
                                };
                                /** @description Of a version that several organisations learned together. */
                                lineage?: {
                                    round: string;
                                    purpose: string;
                                    members: {
                                        member: string;
                                        name: {
                                            en: string;
                                            zh: string;
                                        };
                                        metrics: {
                                            [key: string]: number;
                                        };
                                        holdout: number;
                                        leftOut?: boolean;
                                    }[];
                                    settings: {
                                        [key: string]: unknown;
                                    };
                                    /** @enum {string} */
                                    calibration: "none" | "platt" | "isotonic";
                                    federation?: string;
                                    transcriptHead?: string;
                                    model?: string;
                                    features?: number;
                                };
                            }[];
                            days: {
                                dayAtMs: number;
                                customers: number;
                                mean: number;
                                counts: number[];
                                from: number;
                                to: number;
                                drift?: {
                                    score: number;
                                    columns: {
                                        column: string;
                                        index: number;
                                    }[];
                                };
                            }[];
                            schedule?: {
                                everyDays: number;
                                /** @enum {string} */
                                promote: "never" | "if_better";
                            };
                            /** @description When it is trained again by its schedule. */
                            dueAtMs?: number;
                            /** @description The version that serves. */
                            champion?: number;
                            /** @description The version that waits for somebody to decide. */
                            challenger?: number;
                            /** @description The newest version. */
                            newest?: number;
                            /** @description Of the version that serves. */
                            figures?: {
                                rocAuc: number;
                                logLoss: number;
                                calibrationError: number;
                                newest?: {
                                    rocAuc: number;
                                    logLoss: number;
                                    rows: number;
                                    positives: number;
                                };
                            };
                            /** @description Of the version that serves. */
                            trainedAtMs?: number;
                            /** @description The version that serves was learned with other organisations. */
                            together?: boolean;
                            serving?: {
                                /** @enum {string} */
                                state: "reading" | "serving" | "failed";
                                customers: number;
                                code?: string;
                                where?: string;
                                refreshedAtMs?: number;
                                drift?: number;
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/{name}/versions/{version}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everything that a training found, as data */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Of a model. */
                    name: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As "holdfast train FILE" writes it; without single customers. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            format: number;
                            /** @description What people call the columns. */
                            titles: {
                                [key: string]: {
                                    en: string;
                                    zh: string;
                                };
                            };
                            kind?: string;
                            data?: {
                                name: string;
                                rows: number;
                                rejectedRows: number;
                                unlabelledRows: number;
                                label: {
                                    column: string;
                                    positive: string;
                                    negative: string[];
                                };
                                positives: number;
                            };
                            columns?: {
                                used: string[];
                                dropped: {
                                    column: string;
                                    reason: string;
                                    of?: string;
                                    auc?: number;
                                }[];
                                suspects: {
                                    column: string;
                                    auc?: number;
                                    value?: string;
                                    rows?: number;
                                }[];
                            };
                            split?: {
                                /** @enum {string} */
                                kind: "given" | "stratified" | "time";
                                folds: number;
                                seed: number;
                            };
                            crossValidation?: {
                                rocAuc: number;
                                logLoss: number;
                                calibrationError: number;
                                averagePrecision: number;
                                brier: number;
                                rocAucDeviation: number;
                                folds: {
                                    rocAuc: number;
                                    logLoss: number;
                                    calibrationError: number;
                                    averagePrecision: number;
                                    brier: number;
                                    rows: number;
                                    positives: number;
                                }[];
                            };
                            baseline?: {
                                logistic: {
                                    rocAuc: number;
                                    logLoss: number;
                                    calibrationError: number;
                                    averagePrecision: number;
                                    brier: number;
                                };
                                prior: {
                                    logLoss: number;
                                };
                            };
                            curves?: {
                                roc: {
                                    x: number;
                                    y: number;
                                    threshold: number;
                                }[];
                                precisionRecall: {
                                    x: number;
                                    y: number;
                                    threshold: number;
                                }[];
                                calibration: {
                                    from: number;
                                    to: number;
                                    rows: number;
                                    meanScore: number;
                                    positiveRate: number;
                                }[];
                                lift: {
                                    decile: number;
                                    rows: number;
                                    positives: number;
                                    lift: number;
                                    gain: number;
                                }[];
                            };
                            decision?: {
                                costs: {
                                    falsePositive: number;
                                    falseNegative: number;
                                };
                                confusion: {
                                    threshold: number;
                                    truePositives: number;
                                    falsePositives: number;
                                    trueNegatives: number;
                                    falseNegatives: number;
                                    precision: number;
                                    recall: number;
                                    f1: number;
                                };
                            };
                            importance?: {
                                column: string;
                                meanAbsShap: number;
                                share: number;
                                ranks: {
                                    best: number;
                                    worst: number;
                                };
                            }[];
                            partialDependence?: {
                                column: string;
                                /** @enum {string} */
                                kind: "number" | "time" | "category";
                                points: {
                                    value: number | string | null;
                                    mean: number;
                                    rows: number;
                                }[];
                            }[];
                            fairness?: {
                                column: string;
                                groups: {
                                    group: string;
                                    rows: number;
                                    positiveRate: number;
                                    meanScore: number;
                                    selectedRate: number;
                                    recall: number;
                                    rocAuc: number | null;
                                }[];
                                selectedRatio: number;
                            }[];
                            model?: {
                                features: number;
                                members: {
                                    /** @enum {string} */
                                    kind: "trees" | "linear";
                                    weight: number;
                                    settings: {
                                        [key: string]: number | string | null;
                                    };
                                    trees?: number;
                                }[];
                                /** @enum {string} */
                                calibration: "none" | "platt" | "isotonic";
                            };
                            settings?: {
                                seed: number;
                                tries: number;
                                innerFolds: number;
                            };
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/{name}/versions/{version}/card": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The model card, for people */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Of a model. */
                    name: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description One page. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/html": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/{name}/versions/{version}/onnx": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The model as an ONNX file */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Of a model. */
                    name: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description For any ONNX runtime. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/octet-stream": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/{name}/drift": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether whom a model scores still looks like those it learned from
         * @description Population stability indices of scores and features now, and of each day that they were compared on.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Of a model. */
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The latest day first. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            model: string;
                            version: number;
                            atMs: number;
                            rows: number;
                            score: {
                                index: number;
                                byChance: number;
                                /** @enum {string} */
                                shift: "none" | "some" | "much";
                                parts: {
                                    name: string;
                                    expected: number;
                                    actual: number;
                                }[];
                            };
                            columns: {
                                column: string;
                                title: {
                                    en: string;
                                    zh: string;
                                };
                                index: number;
                                byChance: number;
                                /** @enum {string} */
                                shift: "none" | "some" | "much";
                                parts: {
                                    name: string;
                                    expected: number;
                                    actual: number;
                                }[];
                            }[];
                            absent: string[];
                            days: {
                                dayAtMs: number;
                                customers: number;
                                mean: number;
                                score?: number;
                                columns?: {
                                    column: string;
                                    index: number;
                                }[];
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/{name}/promote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a version serve */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Of a model. */
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        version: number;
                        /** @description Kept with the version. */
                        reason?: string;
                    };
                };
            };
            responses: {
                /** @description The version that serves now. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            number: number;
                            name: string;
                            /** @enum {string} */
                            state: "trained" | "challenger" | "champion" | "retired";
                            createdAtMs: number;
                            history: {
                                /** @enum {string} */
                                state: "trained" | "challenger" | "champion" | "retired";
                                atMs: number;
                                by: string;
                                reason?: string;
                                takenBack?: boolean;
                            }[];
                            scoringPurpose?: string;
                            rows?: {
                                label: {
                                    en: string;
                                    zh: string;
                                };
                                population: {
                                    en: string;
                                    zh: string;
                                };
                                purpose: string;
                                persons: number;
                                allowed: number;
                                read: number;
                                byCutOff: {
                                    cutOffMs: number;
                                    rows: number;
                                    positives: number;
                                }[];
                                seed: number;
                                horizonDays?: number;
                                activeDays?: number;
                            };
                            figures?: {
                                rocAuc: number;
                                logLoss: number;
                                calibrationError: number;
                                newest?: {
                                    rocAuc: number;
                                    logLoss: number;
                                    rows: number;
                                    positives: number;
                                };
                            };
                            threshold?: number;
                            suspects?: string[];
                            comparison?: {
                                championVersion: number;
                                rows: number;
                                positives: number;
                                challenger: {
                                    rocAuc: number;
                                    logLoss: number;
                                };
                                champion: {
                                    rocAuc: number;
                                    logLoss: number;
                                };
                                difference: {
                                    value: number;
                                    low: number;
                                    high: number;
                                };
                                /** @enum {string} */
                                verdict: "better" | "worse" | "alike";
                                championHadSeen: boolean;
                            };
                            /** @description Of a version that several organisations learned together. */
                            lineage?: {
                                round: string;
                                purpose: string;
                                members: {
                                    member: string;
                                    name: {
                                        en: string;
                                        zh: string;
                                    };
                                    metrics: {
                                        [key: string]: number;
                                    };
                                    holdout: number;
                                    leftOut?: boolean;
                                }[];
                                settings: {
                                    [key: string]: unknown;
                                };
                                /** @enum {string} */
                                calibration: "none" | "platt" | "isotonic";
                                federation?: string;
                                transcriptHead?: string;
                                model?: string;
                                features?: number;
                            };
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/{name}/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let the version serve that served before */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Of a model. */
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Kept with the version. */
                        reason?: string;
                    };
                };
            };
            responses: {
                /** @description The version that serves now. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            number: number;
                            name: string;
                            /** @enum {string} */
                            state: "trained" | "challenger" | "champion" | "retired";
                            createdAtMs: number;
                            history: {
                                /** @enum {string} */
                                state: "trained" | "challenger" | "champion" | "retired";
                                atMs: number;
                                by: string;
                                reason?: string;
                                takenBack?: boolean;
                            }[];
                            scoringPurpose?: string;
                            rows?: {
                                label: {
                                    en: string;
                                    zh: string;
                                };
                                population: {
                                    en: string;
                                    zh: string;
                                };
                                purpose: string;
                                persons: number;
                                allowed: number;
                                read: number;
                                byCutOff: {
                                    cutOffMs: number;
                                    rows: number;
                                    positives: number;
                                }[];
                                seed: number;
                                horizonDays?: number;
                                activeDays?: number;
                            };
                            figures?: {
                                rocAuc: number;
                                logLoss: number;
                                calibrationError: number;
                                newest?: {
                                    rocAuc: number;
                                    logLoss: number;
                                    rows: number;
                                    positives: number;
                                };
                            };
                            threshold?: number;
                            suspects?: string[];
                            comparison?: {
                                championVersion: number;
                                rows: number;
                                positives: number;
                                challenger: {
                                    rocAuc: number;
                                    logLoss: number;
                                };
                                champion: {
                                    rocAuc: number;
                                    logLoss: number;
                                };
                                difference: {
                                    value: number;
                                    low: number;
                                    high: number;
                                };
                                /** @enum {string} */
                                verdict: "better" | "worse" | "alike";
                                championHadSeen: boolean;
                            };
                            /** @description Of a version that several organisations learned together. */
                            lineage?: {
                                round: string;
                                purpose: string;
                                members: {
                                    member: string;
                                    name: {
                                        en: string;
                                        zh: string;
                                    };
                                    metrics: {
                                        [key: string]: number;
                                    };
                                    holdout: number;
                                    leftOut?: boolean;
                                }[];
                                settings: {
                                    [key: string]: unknown;
                                };
                                /** @enum {string} */
                                calibration: "none" | "platt" | "isotonic";
                                federation?: string;
                                transcriptHead?: string;
                                model?: string;
                                features?: number;
                            };
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/{name}/retire": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let no version of a model serve any more */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Of a model. */
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Kept with the version. */
                        reason?: string;
                    };
                };
            };
            responses: {
                /** @description The version that served. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            number: number;
                            name: string;
                            /** @enum {string} */
                            state: "trained" | "challenger" | "champion" | "retired";
                            createdAtMs: number;
                            history: {
                                /** @enum {string} */
                                state: "trained" | "challenger" | "champion" | "retired";
                                atMs: number;
                                by: string;
                                reason?: string;
                                takenBack?: boolean;
                            }[];
                            scoringPurpose?: string;
                            rows?: {
                                label: {
                                    en: string;
                                    zh: string;
                                };
                                population: {
                                    en: string;
                                    zh: string;
                                };
                                purpose: string;
                                persons: number;
                                allowed: number;
                                read: number;
                                byCutOff: {
                                    cutOffMs: number;
                                    rows: number;
                                    positives: number;
                                }[];
                                seed: number;
                                horizonDays?: number;
                                activeDays?: number;
                            };
                            figures?: {
                                rocAuc: number;
                                logLoss: number;
                                calibrationError: number;
                                newest?: {
                                    rocAuc: number;
                                    logLoss: number;
                                    rows: number;
                                    positives: number;
                                };
                            };
                            threshold?: number;
                            suspects?: string[];
                            comparison?: {
                                championVersion: number;
                                rows: number;
                                positives: number;
                                challenger: {
                                    rocAuc: number;
                                    logLoss: number;
                                };
                                champion: {
                                    rocAuc: number;
                                    logLoss: number;
                                };
                                difference: {
                                    value: number;
                                    low: number;
                                    high: number;
                                };
                                /** @enum {string} */
                                verdict: "better" | "worse" | "alike";
                                championHadSeen: boolean;
                            };
                            /** @description Of a version that several organisations learned together. */
                            lineage?: {
                                round: string;
                                purpose: string;
                                members: {
                                    member: string;
                                    name: {
                                        en: string;
                                        zh: string;
                                    };
                                    metrics: {
                                        [key: string]: number;
                                    };
                                    holdout: number;
                                    leftOut?: boolean;
                                }[];
                                settings: {
                                    [key: string]: unknown;
                                };
                                /** @enum {string} */
                                calibration: "none" | "platt" | "isotonic";
                                federation?: string;
                                transcriptHead?: string;
                                model?: string;
                                features?: number;
                            };
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/{name}/schedule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Train a model again every so many days
         * @description What comes of it is compared with what serves, and takes its place by itself only with `promote: if_better`.
         */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Of a model. */
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description None ends the schedule. */
                        everyDays?: number;
                        /**
                         * @default never
                         * @enum {string}
                         */
                        promote?: "never" | "if_better";
                    };
                };
            };
            responses: {
                /** @description The model. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            /** @enum {string} */
                            kind: "question" | "trait" | "own";
                            title: {
                                en: string;
                                zh: string;
                            };
                            outcome: {
                                en: string;
                                zh: string;
                            };
                            live: boolean;
                            ask: {
                                question?: string;
                                segment?: string;
                                label?: string;
                                positive?: string;
                                horizonDays?: number;
                                activeDays?: number;
                                purpose?: string;
                                drop?: string[];
                                keep?: string[];
                                costs?: {
                                    falsePositive: number;
                                    falseNegative: number;
                                };
                                /** @enum {string} */
                                budget?: "small" | "normal" | "large";
                                /** @enum {string} */
                                learners?: "all" | "trees" | "linear";
                                seed?: number;
                                most?: number;
                                live?: boolean;
                                serveFirst?: boolean;
                            };
                            purpose: string;
                            createdAtMs: number;
                            schedule?: {
                                everyDays: number;
                                /** @enum {string} */
                                promote: "never" | "if_better";
                            };
                            /** @description When it is trained again by its schedule. */
                            dueAtMs?: number;
                            /** @description The version that serves. */
                            champion?: number;
                            /** @description The version that waits for somebody to decide. */
                            challenger?: number;
                            /** @description The newest version. */
                            newest?: number;
                            /** @description Of the version that serves. */
                            figures?: {
                                rocAuc: number;
                                logLoss: number;
                                calibrationError: number;
                                newest?: {
                                    rocAuc: number;
                                    logLoss: number;
                                    rows: number;
                                    positives: number;
                                };
                            };
                            /** @description Of the version that serves. */
                            trainedAtMs?: number;
                            /** @description The version that serves was learned with other organisations. */
                            together?: boolean;
                            serving?: {
                                /** @enum {string} */
                                state: "reading" | "serving" | "failed";
                                customers: number;
                                code?: string;
                                where?: string;
                                refreshedAtMs?: number;
                                drift?: number;
                            };
                        };
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bring an ONNX model of your own
         * @description Tried on the examples, which are not kept, in a process of its own. It serves once it is promoted.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Of a model. */
                        name: string;
                        /**
                         * Format: byte
                         * @description The file in base64.
                         */
                        onnx: string;
                        /** @description Which features go in and what comes out; see docs/onnx.md. */
                        signature: {
                            [key: string]: unknown;
                        };
                        /** @description Asked of the consent gate for each customer. */
                        purpose?: string;
                        /** @default true */
                        live?: boolean;
                    };
                };
            };
            responses: {
                /** @description The version. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            number: number;
                            name: string;
                            /** @enum {string} */
                            state: "trained" | "challenger" | "champion" | "retired";
                            createdAtMs: number;
                            history: {
                                /** @enum {string} */
                                state: "trained" | "challenger" | "champion" | "retired";
                                atMs: number;
                                by: string;
                                reason?: string;
                                takenBack?: boolean;
                            }[];
                            scoringPurpose?: string;
                            rows?: {
                                label: {
                                    en: string;
                                    zh: string;
                                };
                                population: {
                                    en: string;
                                    zh: string;
                                };
                                purpose: string;
                                persons: number;
                                allowed: number;
                                read: number;
                                byCutOff: {
                                    cutOffMs: number;
                                    rows: number;
                                    positives: number;
                                }[];
                                seed: number;
                                horizonDays?: number;
                                activeDays?: number;
                            };
                            figures?: {
                                rocAuc: number;
                                logLoss: number;
                                calibrationError: number;
                                newest?: {
                                    rocAuc: number;
                                    logLoss: number;
                                    rows: number;
                                    positives: number;
                                };
                            };
                            threshold?: number;
                            suspects?: string[];
                            comparison?: {
                                championVersion: number;
                                rows: number;
                                positives: number;
                                challenger: {
                                    rocAuc: number;
                                    logLoss: number;
                                };
                                champion: {
                                    rocAuc: number;
                                    logLoss: number;
                                };
                                difference: {
                                    value: number;
                                    low: number;
                                    high: number;
                                };
                                /** @enum {string} */
                                verdict: "better" | "worse" | "alike";
                                championHadSeen: boolean;
                            };
                            /** @description Of a version that several organisations learned together. */
                            lineage?: {
                                round: string;
                                purpose: string;
                                members: {
                                    member: string;
                                    name: {
                                        en: string;
                                        zh: string;
                                    };
                                    metrics: {
                                        [key: string]: number;
                                    };
                                    holdout: number;
                                    leftOut?: boolean;
                                }[];
                                settings: {
                                    [key: string]: unknown;
                                };
                                /** @enum {string} */
                                calibration: "none" | "platt" | "isotonic";
                                federation?: string;
                                transcriptHead?: string;
                                model?: string;
                                features?: number;
                            };
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/scores/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Scores of one customer, with the reasons */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description A profile id; the id of any of its records leads to it too. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description None where their consent does not cover it. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            scores: {
                                score: string;
                                value: number;
                                version: string;
                                atMs: number;
                                reasons: {
                                    en: string;
                                    zh: string;
                                }[];
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/scores/{id}/explanations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Why each score of one customer is what it is */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description A profile id; the id of any of its records leads to it too. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What each feature adds. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            explanations: {
                                score: string;
                                version: string;
                                value: number;
                                atMs: number;
                                isProbability: boolean;
                                /** @description Share of those who have this score whose is lower. */
                                higherThan: number;
                                customers: number;
                                /** @description On the margin (log-odds): base value, contributions and rest sum to the margin. */
                                explanation?: {
                                    baseValue: number;
                                    baseProbability: number;
                                    margin: number;
                                    probability: number;
                                    contributions: {
                                        column: string;
                                        /** @enum {string} */
                                        direction: "raises" | "lowers";
                                        value: number;
                                        share: number;
                                        words: {
                                            en: string;
                                            zh: string;
                                        };
                                        phrase: {
                                            en: string;
                                            zh: string;
                                        };
                                    }[];
                                    /** @description All other features together. */
                                    rest: number;
                                };
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/{name}/top": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Customers with the highest scores */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                };
                header?: never;
                path: {
                    /** @description Of a model. */
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description With the reasons. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            scores: {
                                id: string;
                                score: string;
                                value: number;
                                version: string;
                                atMs: number;
                                reasons: {
                                    en: string;
                                    zh: string;
                                }[];
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/catalogue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every field that sources have sent */
        get: {
            parameters: {
                query?: {
                    source?: number;
                    class?: "phone" | "national_id" | "bank_card" | "email" | "address" | "person_name" | "birth_date" | "ip_address" | "device_id" | "identifier" | "free_text" | "sensitive" | "none";
                    /** @description In the path or in the name of the event. */
                    text?: string;
                    /** @description Those that tell of a person; what is not known yet counts as such. */
                    personal?: boolean;
                    /** @description Those on which no person has said anything. */
                    unclassified?: boolean;
                    offset?: number;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            fields: {
                                id: number;
                                source: number;
                                sourceName: string;
                                /** @enum {string} */
                                kind: "identify" | "track" | "page" | "screen" | "group" | "alias" | "any";
                                event?: string;
                                path: string;
                                type: string;
                                types: {
                                    [key: string]: number;
                                };
                                /** @enum {string} */
                                class?: "phone" | "national_id" | "bank_card" | "email" | "address" | "person_name" | "birth_date" | "ip_address" | "device_id" | "identifier" | "free_text" | "sensitive" | "none";
                                /** @enum {string} */
                                classBy: "person" | "values" | "values and name" | "name" | "nothing";
                                classShare: number;
                                personal: boolean;
                                owner?: string;
                                description?: string;
                                seen: number;
                                lookedAt: number;
                                completeness: number;
                                distinct: number;
                                distinctError: number;
                                quantiles?: {
                                    q: number;
                                    value: number;
                                }[];
                                top?: {
                                    value: string;
                                    share: number;
                                }[];
                                firstSeenAtMs?: number;
                                lastSeenAtMs?: number;
                                sampled: number;
                                inside?: number;
                                /** @description What people said, of one field alone. */
                                history?: {
                                    version: number;
                                    by: string;
                                    decidedAtMs: number;
                                    /** @enum {string} */
                                    class: "phone" | "national_id" | "bank_card" | "email" | "address" | "person_name" | "birth_date" | "ip_address" | "device_id" | "identifier" | "free_text" | "sensitive" | "none";
                                    owner?: string;
                                    description?: string;
                                }[];
                            }[];
                            total?: number;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/catalogue/streams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What each source sends: events by kind and name, how many were looked at, what there was no room for */
        get: {
            parameters: {
                query?: {
                    source?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            streams: {
                                source: number;
                                sourceName: string;
                                /** @enum {string} */
                                kind: "identify" | "track" | "page" | "screen" | "group" | "alias" | "any";
                                event?: string;
                                seen: number;
                                lookedAt: number;
                                firstSeenAtMs?: number;
                                lastSeenAtMs?: number;
                                fields?: number;
                                overflow?: number;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/catalogue/fields/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One field, with everything people said of it */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description One field of one source: types and how often each came, class and how it was found, completeness, how many different values. Quantiles and common values only where no class of persons is, and never one customer's. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: number;
                            source: number;
                            sourceName: string;
                            /** @enum {string} */
                            kind: "identify" | "track" | "page" | "screen" | "group" | "alias" | "any";
                            event?: string;
                            path: string;
                            type: string;
                            types: {
                                [key: string]: number;
                            };
                            /** @enum {string} */
                            class?: "phone" | "national_id" | "bank_card" | "email" | "address" | "person_name" | "birth_date" | "ip_address" | "device_id" | "identifier" | "free_text" | "sensitive" | "none";
                            /** @enum {string} */
                            classBy: "person" | "values" | "values and name" | "name" | "nothing";
                            classShare: number;
                            personal: boolean;
                            owner?: string;
                            description?: string;
                            seen: number;
                            lookedAt: number;
                            completeness: number;
                            distinct: number;
                            distinctError: number;
                            quantiles?: {
                                q: number;
                                value: number;
                            }[];
                            top?: {
                                value: string;
                                share: number;
                            }[];
                            firstSeenAtMs?: number;
                            lastSeenAtMs?: number;
                            sampled: number;
                            inside?: number;
                            /** @description What people said, of one field alone. */
                            history?: {
                                version: number;
                                by: string;
                                decidedAtMs: number;
                                /** @enum {string} */
                                class: "phone" | "national_id" | "bank_card" | "email" | "address" | "person_name" | "birth_date" | "ip_address" | "device_id" | "identifier" | "free_text" | "sensitive" | "none";
                                owner?: string;
                                description?: string;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        /** Say what a field is, whose it is and what it means; events held for it are recorded */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        class: "phone" | "national_id" | "bank_card" | "email" | "address" | "person_name" | "birth_date" | "ip_address" | "device_id" | "identifier" | "free_text" | "sensitive" | "none";
                        /** @description Who answers for it: a role or a team, best no person. */
                        owner?: string;
                        /** @description What it means. */
                        description?: string;
                    };
                };
            };
            responses: {
                /** @description One field of one source: types and how often each came, class and how it was found, completeness, how many different values. Quantiles and common values only where no class of persons is, and never one customer's. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: number;
                            source: number;
                            sourceName: string;
                            /** @enum {string} */
                            kind: "identify" | "track" | "page" | "screen" | "group" | "alias" | "any";
                            event?: string;
                            path: string;
                            type: string;
                            types: {
                                [key: string]: number;
                            };
                            /** @enum {string} */
                            class?: "phone" | "national_id" | "bank_card" | "email" | "address" | "person_name" | "birth_date" | "ip_address" | "device_id" | "identifier" | "free_text" | "sensitive" | "none";
                            /** @enum {string} */
                            classBy: "person" | "values" | "values and name" | "name" | "nothing";
                            classShare: number;
                            personal: boolean;
                            owner?: string;
                            description?: string;
                            seen: number;
                            lookedAt: number;
                            completeness: number;
                            distinct: number;
                            distinctError: number;
                            quantiles?: {
                                q: number;
                                value: number;
                            }[];
                            top?: {
                                value: string;
                                share: number;
                            }[];
                            firstSeenAtMs?: number;
                            lastSeenAtMs?: number;
                            sampled: number;
                            inside?: number;
                            /** @description What people said, of one field alone. */
                            history?: {
                                version: number;
                                by: string;
                                decidedAtMs: number;
                                /** @enum {string} */
                                class: "phone" | "national_id" | "bank_card" | "email" | "address" | "person_name" | "birth_date" | "ip_address" | "device_id" | "identifier" | "free_text" | "sensitive" | "none";
                                owner?: string;
                                description?: string;
                            }[];
                        };
                    };
                };
            };
        };
        /** Forget a field and what is inside it, to make room; it comes back when it is sent again */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            forgotten: number;
                        };
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/catalogue/traits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The traits that have a lineage: those that sources give and those that something uses */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            traits: {
                                trait: string;
                                label?: {
                                    en: string;
                                    zh: string;
                                };
                                computed: boolean;
                                sources: number;
                                /** @description Numbers of fields of the catalogue. */
                                fields: number[];
                                uses: number;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/catalogue/lineage/{trait}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where a trait comes from, and what it is used for */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Its name, such as phone. */
                    trait: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            trait: string;
                            label?: {
                                en: string;
                                zh: string;
                            };
                            steps: {
                                source: number;
                                sourceName: string;
                                field: string;
                                event?: string;
                                /** @enum {string} */
                                how: "dictionary" | "alias" | "standard" | "as_sent";
                                rule?: {
                                    as?: string;
                                    strict?: boolean;
                                    values?: number;
                                    keep?: boolean;
                                };
                                /** @description Absent where a dictionary names what was never sent. */
                                seen?: {
                                    id: number;
                                    seen: number;
                                    completeness: number;
                                    distinct: number;
                                    /** @enum {string} */
                                    class?: "phone" | "national_id" | "bank_card" | "email" | "address" | "person_name" | "birth_date" | "ip_address" | "device_id" | "identifier" | "free_text" | "sensitive" | "none";
                                    /** @enum {string} */
                                    classBy: "person" | "values" | "values and name" | "name" | "nothing";
                                    owner?: string;
                                    lastSeenAtMs?: number;
                                };
                            }[];
                            distinct: number;
                            golden?: {
                                criteria: string[];
                                sources?: string[];
                                declared: boolean;
                            };
                            computedFrom?: {
                                event: string;
                                property?: string;
                                operation: string;
                            };
                            uses: {
                                kind: string;
                                name: string;
                                reads: string[];
                                purpose?: string;
                                note?: {
                                    en: string;
                                    zh: string;
                                };
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quality/sources/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How good the data of a source are: the hour that runs, the last one, each rule, standing alarms */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            source: number;
                            sourceName: string;
                            rulesVersion: number;
                            running?: {
                                hourMs: number;
                                score?: number;
                                kinds: {
                                    completeness?: number;
                                    validity?: number;
                                    uniqueness?: number;
                                    consistency?: number;
                                    timeliness?: number;
                                };
                                events: number;
                            };
                            last?: {
                                hourMs: number;
                                score?: number;
                                kinds: {
                                    completeness?: number;
                                    validity?: number;
                                    uniqueness?: number;
                                    consistency?: number;
                                    timeliness?: number;
                                };
                                events: number;
                                rules: {
                                    [key: string]: {
                                        checked: number;
                                        failed: number;
                                        score?: number;
                                    };
                                };
                            };
                            rules: {
                                id: string;
                                /** @enum {string} */
                                kind: "completeness" | "validity" | "uniqueness" | "consistency" | "timeliness";
                                field?: string;
                                kinds?: ("identify" | "track" | "page" | "screen" | "group" | "alias")[];
                                event?: string;
                                /** @enum {string} */
                                as?: "as_given" | "text" | "name" | "phone" | "email" | "date" | "time" | "gender" | "national_id" | "address" | "number" | "boolean" | "list";
                                oneOf?: (string | number | boolean)[];
                                min?: number;
                                max?: number;
                                /** @enum {string} */
                                per?: "customer" | "event";
                                /** @enum {string} */
                                is?: "equals" | "differs" | "below" | "at_most" | "above" | "at_least" | "agrees" | "requires";
                                other?: string;
                                value?: string | number | boolean;
                                withinMinutes?: number;
                                silentHours?: number;
                                threshold: number;
                                step?: number;
                                weight?: number;
                                off?: boolean;
                                checked: number;
                                failed: number;
                                score?: number;
                                lastScore?: number;
                            }[];
                            alarms: {
                                id: number;
                                source: number;
                                sourceName: string;
                                rule: string;
                                /** @enum {string} */
                                kind: "completeness" | "validity" | "uniqueness" | "consistency" | "timeliness";
                                hourMs: number;
                                /** @enum {string} */
                                reason: "below_threshold" | "fell";
                                score: number;
                                expected: number;
                                raisedAtMs: number;
                                /** @description Absent while it stands. */
                                endedAtMs?: number;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quality/sources/{id}/rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The quality rules of a source */
        get: {
            parameters: {
                query?: {
                    /** @description An older one. */
                    version?: number;
                };
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description `holding` lists every rule that holds, those that follow from the dictionary included. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            source: number;
                            version: number;
                            savedAtMs?: number;
                            document: {
                                version: number;
                                defaults?: boolean;
                                rules: {
                                    id: string;
                                    /** @enum {string} */
                                    kind: "completeness" | "validity" | "uniqueness" | "consistency" | "timeliness";
                                    field?: string;
                                    kinds?: ("identify" | "track" | "page" | "screen" | "group" | "alias")[];
                                    event?: string;
                                    /** @enum {string} */
                                    as?: "as_given" | "text" | "name" | "phone" | "email" | "date" | "time" | "gender" | "national_id" | "address" | "number" | "boolean" | "list";
                                    oneOf?: (string | number | boolean)[];
                                    min?: number;
                                    max?: number;
                                    /** @enum {string} */
                                    per?: "customer" | "event";
                                    /** @enum {string} */
                                    is?: "equals" | "differs" | "below" | "at_most" | "above" | "at_least" | "agrees" | "requires";
                                    other?: string;
                                    value?: string | number | boolean;
                                    withinMinutes?: number;
                                    silentHours?: number;
                                    threshold?: number;
                                    step?: number;
                                    weight?: number;
                                    off?: boolean;
                                }[];
                            };
                            holding?: {
                                id: string;
                                /** @enum {string} */
                                kind: "completeness" | "validity" | "uniqueness" | "consistency" | "timeliness";
                                field?: string;
                                kinds?: ("identify" | "track" | "page" | "screen" | "group" | "alias")[];
                                event?: string;
                                /** @enum {string} */
                                as?: "as_given" | "text" | "name" | "phone" | "email" | "date" | "time" | "gender" | "national_id" | "address" | "number" | "boolean" | "list";
                                oneOf?: (string | number | boolean)[];
                                min?: number;
                                max?: number;
                                /** @enum {string} */
                                per?: "customer" | "event";
                                /** @enum {string} */
                                is?: "equals" | "differs" | "below" | "at_most" | "above" | "at_least" | "agrees" | "requires";
                                other?: string;
                                value?: string | number | boolean;
                                withinMinutes?: number;
                                silentHours?: number;
                                threshold?: number;
                                step?: number;
                                weight?: number;
                                off?: boolean;
                            }[];
                        };
                    };
                };
            };
        };
        /** Give a source other quality rules; they hold for every batch from now on */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            /** @description What is expected of a source's events: docs/quality.md. Kinds: completeness, validity, uniqueness, consistency, timeliness. */
            requestBody: {
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                /** @description `holding` lists every rule that holds, those that follow from the dictionary included. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            source: number;
                            version: number;
                            savedAtMs?: number;
                            document: {
                                version: number;
                                defaults?: boolean;
                                rules: {
                                    id: string;
                                    /** @enum {string} */
                                    kind: "completeness" | "validity" | "uniqueness" | "consistency" | "timeliness";
                                    field?: string;
                                    kinds?: ("identify" | "track" | "page" | "screen" | "group" | "alias")[];
                                    event?: string;
                                    /** @enum {string} */
                                    as?: "as_given" | "text" | "name" | "phone" | "email" | "date" | "time" | "gender" | "national_id" | "address" | "number" | "boolean" | "list";
                                    oneOf?: (string | number | boolean)[];
                                    min?: number;
                                    max?: number;
                                    /** @enum {string} */
                                    per?: "customer" | "event";
                                    /** @enum {string} */
                                    is?: "equals" | "differs" | "below" | "at_most" | "above" | "at_least" | "agrees" | "requires";
                                    other?: string;
                                    value?: string | number | boolean;
                                    withinMinutes?: number;
                                    silentHours?: number;
                                    threshold?: number;
                                    step?: number;
                                    weight?: number;
                                    off?: boolean;
                                }[];
                            };
                            holding?: {
                                id: string;
                                /** @enum {string} */
                                kind: "completeness" | "validity" | "uniqueness" | "consistency" | "timeliness";
                                field?: string;
                                kinds?: ("identify" | "track" | "page" | "screen" | "group" | "alias")[];
                                event?: string;
                                /** @enum {string} */
                                as?: "as_given" | "text" | "name" | "phone" | "email" | "date" | "time" | "gender" | "national_id" | "address" | "number" | "boolean" | "list";
                                oneOf?: (string | number | boolean)[];
                                min?: number;
                                max?: number;
                                /** @enum {string} */
                                per?: "customer" | "event";
                                /** @enum {string} */
                                is?: "equals" | "differs" | "below" | "at_most" | "above" | "at_least" | "agrees" | "requires";
                                other?: string;
                                value?: string | number | boolean;
                                withinMinutes?: number;
                                silentHours?: number;
                                threshold?: number;
                                step?: number;
                                weight?: number;
                                off?: boolean;
                            }[];
                        };
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quality/sources/{id}/rules/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The versions of the quality rules, newest first */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            versions: {
                                version?: number;
                                savedAtMs?: number;
                                sizeBytes?: number;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quality/sources/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Hours that are over, newest first */
        get: {
            parameters: {
                query?: {
                    hours?: number;
                };
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            hours: {
                                hourMs: number;
                                score?: number;
                                kinds: {
                                    completeness?: number;
                                    validity?: number;
                                    uniqueness?: number;
                                    consistency?: number;
                                    timeliness?: number;
                                };
                                events: number;
                                rules: {
                                    [key: string]: {
                                        checked: number;
                                        failed: number;
                                        score?: number;
                                    };
                                };
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quality/sources/{id}/offenders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What broke a rule, or any, in an hour: ids to open the events by, at most 20 for each rule, no values */
        get: {
            parameters: {
                query?: {
                    rule?: string;
                    /** @description Milliseconds since 1970, any time within the hour; now when absent. */
                    at?: number;
                };
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            offenders: {
                                rule: string;
                                messageId: string;
                                atMs: number;
                                person?: string;
                                quarantine?: number;
                                open?: string;
                            }[];
                            hourMs?: number;
                            failed?: number;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quality/alarms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Scores that fell, newest first; one without `endedAtMs` stands */
        get: {
            parameters: {
                query?: {
                    before?: number;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            alarms: {
                                id: number;
                                source: number;
                                sourceName: string;
                                rule: string;
                                /** @enum {string} */
                                kind: "completeness" | "validity" | "uniqueness" | "consistency" | "timeliness";
                                hourMs: number;
                                /** @enum {string} */
                                reason: "below_threshold" | "fell";
                                score: number;
                                expected: number;
                                raisedAtMs: number;
                                /** @description Absent while it stands. */
                                endedAtMs?: number;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/subjects/{id}/erase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Erase a person for good
         * @description Keys, record, index, decisions and everything that other slices keep. Refused under a legal hold. By the operator, or a person who has just confirmed who they are.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description A profile id; the id of any of its records leads to it too. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description A name: a sentence might say of whom.
                         * @enum {string}
                         */
                        reason: "request" | "consent_withdrawn" | "no_longer_needed" | "unlawful" | "legal_duty" | "retention";
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            erasure: string;
                            /** @enum {string} */
                            state: "begun" | "destroyed" | "settled" | "swept" | "done";
                            /** @description Milliseconds since 1970. */
                            begunAtMs: number;
                            /** @description Milliseconds since 1970. */
                            doneAtMs?: number;
                            records: number;
                            /** @enum {string} */
                            reason: "request" | "consent_withdrawn" | "no_longer_needed" | "unlawful" | "legal_duty" | "retention";
                            by: string;
                            request?: number;
                            /** @description Times a restored backup brought something back. */
                            cameBack?: number;
                            /** @description What may hold their keys on the disk of a database server even so. */
                            leftovers?: string[];
                            downstream: {
                                name: string;
                                /** @enum {string} */
                                state: "waiting" | "answered" | "given_up";
                                attempts: number;
                                status?: number;
                                /** @description Milliseconds since 1970. */
                                atMs?: number;
                                messages?: number;
                            }[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/erasures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was erased, newest first
         * @description Numbers and times; of whom is known to nobody any more.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Rows at most. */
                    limit?: number;
                    /** @description `next` of the page before. */
                    before?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            erasures: {
                                erasure: string;
                                /** @enum {string} */
                                state: "begun" | "destroyed" | "settled" | "swept" | "done";
                                /** @description Milliseconds since 1970. */
                                begunAtMs: number;
                                /** @description Milliseconds since 1970. */
                                doneAtMs?: number;
                                records: number;
                                /** @enum {string} */
                                reason: "request" | "consent_withdrawn" | "no_longer_needed" | "unlawful" | "legal_duty" | "retention";
                                by: string;
                                request?: number;
                                /** @description Times a restored backup brought something back. */
                                cameBack?: number;
                                /** @description What may hold their keys on the disk of a database server even so. */
                                leftovers?: string[];
                                downstream: {
                                    name: string;
                                    /** @enum {string} */
                                    state: "waiting" | "answered" | "given_up";
                                    attempts: number;
                                    status?: number;
                                    /** @description Milliseconds since 1970. */
                                    atMs?: number;
                                    messages?: number;
                                }[];
                            }[];
                            next?: string;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/erasures/{erasure}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One erasure */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    erasure: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            erasure: string;
                            /** @enum {string} */
                            state: "begun" | "destroyed" | "settled" | "swept" | "done";
                            /** @description Milliseconds since 1970. */
                            begunAtMs: number;
                            /** @description Milliseconds since 1970. */
                            doneAtMs?: number;
                            records: number;
                            /** @enum {string} */
                            reason: "request" | "consent_withdrawn" | "no_longer_needed" | "unlawful" | "legal_duty" | "retention";
                            by: string;
                            request?: number;
                            /** @description Times a restored backup brought something back. */
                            cameBack?: number;
                            /** @description What may hold their keys on the disk of a database server even so. */
                            leftovers?: string[];
                            downstream: {
                                name: string;
                                /** @enum {string} */
                                state: "waiting" | "answered" | "given_up";
                                attempts: number;
                                status?: number;
                                /** @description Milliseconds since 1970. */
                                atMs?: number;
                                messages?: number;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/erasures/{erasure}/receipt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The signed receipt of an erasure
         * @description `holdfast erasure verify` checks it on any machine with the node’s public key.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    erasure: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/subjects/{id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Everything about a person in one package
         * @description From every slice. As JSON, or as a page that reads and prints by itself.
         */
        get: {
            parameters: {
                query?: {
                    /** @description JSON when absent. */
                    format?: "json" | "html";
                    /** @description Of texts for people. */
                    language?: "zh" | "en";
                };
                header?: never;
                path: {
                    /** @description A profile id; the id of any of its records leads to it too. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/subject-requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Requests, the next deadline first */
        get: {
            parameters: {
                query?: {
                    /** @description Those that are answered, the latest first. */
                    closed?: boolean;
                    /** @description `next` of the page before. */
                    after?: number;
                    /** @description Rows at most. */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            requests: {
                                request: number;
                                /** @enum {string} */
                                state: "received" | "verified" | "completed" | "refused";
                                /** @description Absent once the person is erased. */
                                person?: string;
                                /** @enum {string} */
                                kind: "access" | "portability" | "rectification" | "restriction" | "objection" | "erasure" | "explanation";
                                /** @description Who wrote it down. */
                                by: string;
                                /** @description How it came. Shown to who wrote it down; masked as free text for others. */
                                note?: string;
                                /** @enum {string} */
                                language: "zh" | "en";
                                article: string;
                                /** @description Milliseconds since 1970. */
                                openedAtMs: number;
                                /** @description Milliseconds since 1970. */
                                dueAtMs: number;
                                overdue: boolean;
                                /** @description Milliseconds since 1970. */
                                closedAtMs?: number;
                                check?: {
                                    /** @enum {string} */
                                    how: "in_person" | "identity_document" | "signed_in" | "code_to_known_contact" | "known_facts" | "authorised_agent";
                                    by: string;
                                    /** @description Milliseconds since 1970. */
                                    atMs: number;
                                };
                                hold?: {
                                    reason?: string;
                                    by: string;
                                    /** @description Milliseconds since 1970. */
                                    atMs: number;
                                };
                                extended?: {
                                    reason?: string;
                                    by: string;
                                    /** @description Milliseconds since 1970. */
                                    atMs: number;
                                };
                                erasure?: string;
                                erased?: boolean;
                                history: {
                                    /** @description Milliseconds since 1970. */
                                    atMs: number;
                                    by: string;
                                    what: string;
                                    reason?: string;
                                }[];
                            }[];
                            next?: number;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Write down what a person asks for */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description A profile id; the id of any of its records leads to it too. */
                        person: string;
                        /** @enum {string} */
                        kind: "access" | "portability" | "rectification" | "restriction" | "objection" | "erasure" | "explanation";
                        /** @description How it came. */
                        note?: string;
                        /**
                         * @description Of texts for people.
                         * @enum {string}
                         */
                        language?: "zh" | "en";
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            request: number;
                            /** @enum {string} */
                            state: "received" | "verified" | "completed" | "refused";
                            /** @description Absent once the person is erased. */
                            person?: string;
                            /** @enum {string} */
                            kind: "access" | "portability" | "rectification" | "restriction" | "objection" | "erasure" | "explanation";
                            /** @description Who wrote it down. */
                            by: string;
                            /** @description How it came. Shown to who wrote it down; masked as free text for others. */
                            note?: string;
                            /** @enum {string} */
                            language: "zh" | "en";
                            article: string;
                            /** @description Milliseconds since 1970. */
                            openedAtMs: number;
                            /** @description Milliseconds since 1970. */
                            dueAtMs: number;
                            overdue: boolean;
                            /** @description Milliseconds since 1970. */
                            closedAtMs?: number;
                            check?: {
                                /** @enum {string} */
                                how: "in_person" | "identity_document" | "signed_in" | "code_to_known_contact" | "known_facts" | "authorised_agent";
                                by: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                            };
                            hold?: {
                                reason?: string;
                                by: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                            };
                            extended?: {
                                reason?: string;
                                by: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                            };
                            erasure?: string;
                            erased?: boolean;
                            history: {
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                                by: string;
                                what: string;
                                reason?: string;
                            }[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/subject-requests/{request}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One request */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    request: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            request: number;
                            /** @enum {string} */
                            state: "received" | "verified" | "completed" | "refused";
                            /** @description Absent once the person is erased. */
                            person?: string;
                            /** @enum {string} */
                            kind: "access" | "portability" | "rectification" | "restriction" | "objection" | "erasure" | "explanation";
                            /** @description Who wrote it down. */
                            by: string;
                            /** @description How it came. Shown to who wrote it down; masked as free text for others. */
                            note?: string;
                            /** @enum {string} */
                            language: "zh" | "en";
                            article: string;
                            /** @description Milliseconds since 1970. */
                            openedAtMs: number;
                            /** @description Milliseconds since 1970. */
                            dueAtMs: number;
                            overdue: boolean;
                            /** @description Milliseconds since 1970. */
                            closedAtMs?: number;
                            check?: {
                                /** @enum {string} */
                                how: "in_person" | "identity_document" | "signed_in" | "code_to_known_contact" | "known_facts" | "authorised_agent";
                                by: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                            };
                            hold?: {
                                reason?: string;
                                by: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                            };
                            extended?: {
                                reason?: string;
                                by: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                            };
                            erasure?: string;
                            erased?: boolean;
                            history: {
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                                by: string;
                                what: string;
                                reason?: string;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/subject-requests/{request}/letter": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A letter to whoever asked */
        get: {
            parameters: {
                query?: {
                    /** @description `received` when absent. */
                    about?: "received" | "identity" | "extended" | "held" | "completed" | "refused";
                    /** @description Of texts for people. */
                    language?: "zh" | "en";
                };
                header?: never;
                path: {
                    request: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            language: "zh" | "en";
                            /** @enum {string} */
                            about: "received" | "identity" | "extended" | "held" | "completed" | "refused";
                            subject: string;
                            text: string;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/subject-requests/{request}/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Record how the identity was checked */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    request: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        how: "in_person" | "identity_document" | "signed_in" | "code_to_known_contact" | "known_facts" | "authorised_agent";
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            request: number;
                            /** @enum {string} */
                            state: "received" | "verified" | "completed" | "refused";
                            /** @description Absent once the person is erased. */
                            person?: string;
                            /** @enum {string} */
                            kind: "access" | "portability" | "rectification" | "restriction" | "objection" | "erasure" | "explanation";
                            /** @description Who wrote it down. */
                            by: string;
                            /** @description How it came. Shown to who wrote it down; masked as free text for others. */
                            note?: string;
                            /** @enum {string} */
                            language: "zh" | "en";
                            article: string;
                            /** @description Milliseconds since 1970. */
                            openedAtMs: number;
                            /** @description Milliseconds since 1970. */
                            dueAtMs: number;
                            overdue: boolean;
                            /** @description Milliseconds since 1970. */
                            closedAtMs?: number;
                            check?: {
                                /** @enum {string} */
                                how: "in_person" | "identity_document" | "signed_in" | "code_to_known_contact" | "known_facts" | "authorised_agent";
                                by: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                            };
                            hold?: {
                                reason?: string;
                                by: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                            };
                            extended?: {
                                reason?: string;
                                by: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                            };
                            erasure?: string;
                            erased?: boolean;
                            history: {
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                                by: string;
                                what: string;
                                reason?: string;
                            }[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/subject-requests/{request}/hold": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Hold for another law: nothing of the person is erased */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    request: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Why; it stands in the letter. */
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            request: number;
                            /** @enum {string} */
                            state: "received" | "verified" | "completed" | "refused";
                            /** @description Absent once the person is erased. */
                            person?: string;
                            /** @enum {string} */
                            kind: "access" | "portability" | "rectification" | "restriction" | "objection" | "erasure" | "explanation";
                            /** @description Who wrote it down. */
                            by: string;
                            /** @description How it came. Shown to who wrote it down; masked as free text for others. */
                            note?: string;
                            /** @enum {string} */
                            language: "zh" | "en";
                            article: string;
                            /** @description Milliseconds since 1970. */
                            openedAtMs: number;
                            /** @description Milliseconds since 1970. */
                            dueAtMs: number;
                            overdue: boolean;
                            /** @description Milliseconds since 1970. */
                            closedAtMs?: number;
                            check?: {
                                /** @enum {string} */
                                how: "in_person" | "identity_document" | "signed_in" | "code_to_known_contact" | "known_facts" | "authorised_agent";
                                by: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                            };
                            hold?: {
                                reason?: string;
                                by: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                            };
                            extended?: {
                                reason?: string;
                                by: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                            };
                            erasure?: string;
                            erased?: boolean;
                            history: {
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                                by: string;
                                what: string;
                                reason?: string;
                            }[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/subject-requests/{request}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Release a hold */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    request: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Why; it stands in the letter. */
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            request: number;
                            /** @enum {string} */
                            state: "received" | "verified" | "completed" | "refused";
                            /** @description Absent once the person is erased. */
                            person?: string;
                            /** @enum {string} */
                            kind: "access" | "portability" | "rectification" | "restriction" | "objection" | "erasure" | "explanation";
                            /** @description Who wrote it down. */
                            by: string;
                            /** @description How it came. Shown to who wrote it down; masked as free text for others. */
                            note?: string;
                            /** @enum {string} */
                            language: "zh" | "en";
                            article: string;
                            /** @description Milliseconds since 1970. */
                            openedAtMs: number;
                            /** @description Milliseconds since 1970. */
                            dueAtMs: number;
                            overdue: boolean;
                            /** @description Milliseconds since 1970. */
                            closedAtMs?: number;
                            check?: {
                                /** @enum {string} */
                                how: "in_person" | "identity_document" | "signed_in" | "code_to_known_contact" | "known_facts" | "authorised_agent";
                                by: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                            };
                            hold?: {
                                reason?: string;
                                by: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                            };
                            extended?: {
                                reason?: string;
                                by: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                            };
                            erasure?: string;
                            erased?: boolean;
                            history: {
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                                by: string;
                                what: string;
                                reason?: string;
                            }[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/subject-requests/{request}/extend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take the longer term, where the law has one */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    request: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Why; it stands in the letter. */
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            request: number;
                            /** @enum {string} */
                            state: "received" | "verified" | "completed" | "refused";
                            /** @description Absent once the person is erased. */
                            person?: string;
                            /** @enum {string} */
                            kind: "access" | "portability" | "rectification" | "restriction" | "objection" | "erasure" | "explanation";
                            /** @description Who wrote it down. */
                            by: string;
                            /** @description How it came. Shown to who wrote it down; masked as free text for others. */
                            note?: string;
                            /** @enum {string} */
                            language: "zh" | "en";
                            article: string;
                            /** @description Milliseconds since 1970. */
                            openedAtMs: number;
                            /** @description Milliseconds since 1970. */
                            dueAtMs: number;
                            overdue: boolean;
                            /** @description Milliseconds since 1970. */
                            closedAtMs?: number;
                            check?: {
                                /** @enum {string} */
                                how: "in_person" | "identity_document" | "signed_in" | "code_to_known_contact" | "known_facts" | "authorised_agent";
                                by: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                            };
                            hold?: {
                                reason?: string;
                                by: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                            };
                            extended?: {
                                reason?: string;
                                by: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                            };
                            erasure?: string;
                            erased?: boolean;
                            history: {
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                                by: string;
                                what: string;
                                reason?: string;
                            }[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/subject-requests/{request}/refuse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Refuse a request */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    request: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Why; it stands in the letter. */
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            request: number;
                            /** @enum {string} */
                            state: "received" | "verified" | "completed" | "refused";
                            /** @description Absent once the person is erased. */
                            person?: string;
                            /** @enum {string} */
                            kind: "access" | "portability" | "rectification" | "restriction" | "objection" | "erasure" | "explanation";
                            /** @description Who wrote it down. */
                            by: string;
                            /** @description How it came. Shown to who wrote it down; masked as free text for others. */
                            note?: string;
                            /** @enum {string} */
                            language: "zh" | "en";
                            article: string;
                            /** @description Milliseconds since 1970. */
                            openedAtMs: number;
                            /** @description Milliseconds since 1970. */
                            dueAtMs: number;
                            overdue: boolean;
                            /** @description Milliseconds since 1970. */
                            closedAtMs?: number;
                            check?: {
                                /** @enum {string} */
                                how: "in_person" | "identity_document" | "signed_in" | "code_to_known_contact" | "known_facts" | "authorised_agent";
                                by: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                            };
                            hold?: {
                                reason?: string;
                                by: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                            };
                            extended?: {
                                reason?: string;
                                by: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                            };
                            erasure?: string;
                            erased?: boolean;
                            history: {
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                                by: string;
                                what: string;
                                reason?: string;
                            }[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/subject-requests/{request}/lift": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a restriction end */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    request: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Why; it stands in the letter. */
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            request: number;
                            /** @enum {string} */
                            state: "received" | "verified" | "completed" | "refused";
                            /** @description Absent once the person is erased. */
                            person?: string;
                            /** @enum {string} */
                            kind: "access" | "portability" | "rectification" | "restriction" | "objection" | "erasure" | "explanation";
                            /** @description Who wrote it down. */
                            by: string;
                            /** @description How it came. Shown to who wrote it down; masked as free text for others. */
                            note?: string;
                            /** @enum {string} */
                            language: "zh" | "en";
                            article: string;
                            /** @description Milliseconds since 1970. */
                            openedAtMs: number;
                            /** @description Milliseconds since 1970. */
                            dueAtMs: number;
                            overdue: boolean;
                            /** @description Milliseconds since 1970. */
                            closedAtMs?: number;
                            check?: {
                                /** @enum {string} */
                                how: "in_person" | "identity_document" | "signed_in" | "code_to_known_contact" | "known_facts" | "authorised_agent";
                                by: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                            };
                            hold?: {
                                reason?: string;
                                by: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                            };
                            extended?: {
                                reason?: string;
                                by: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                            };
                            erasure?: string;
                            erased?: boolean;
                            history: {
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                                by: string;
                                what: string;
                                reason?: string;
                            }[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/subject-requests/{request}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Do what was asked for, and close the request */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    request: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description For rectification: the right values. */
                        traits?: {
                            [key: string]: unknown;
                        };
                        /** @description For objection: to which purposes; to all that may be objected to when absent. */
                        purposes?: string[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            request: number;
                            /** @enum {string} */
                            state: "received" | "verified" | "completed" | "refused";
                            /** @description Absent once the person is erased. */
                            person?: string;
                            /** @enum {string} */
                            kind: "access" | "portability" | "rectification" | "restriction" | "objection" | "erasure" | "explanation";
                            /** @description Who wrote it down. */
                            by: string;
                            /** @description How it came. Shown to who wrote it down; masked as free text for others. */
                            note?: string;
                            /** @enum {string} */
                            language: "zh" | "en";
                            article: string;
                            /** @description Milliseconds since 1970. */
                            openedAtMs: number;
                            /** @description Milliseconds since 1970. */
                            dueAtMs: number;
                            overdue: boolean;
                            /** @description Milliseconds since 1970. */
                            closedAtMs?: number;
                            check?: {
                                /** @enum {string} */
                                how: "in_person" | "identity_document" | "signed_in" | "code_to_known_contact" | "known_facts" | "authorised_agent";
                                by: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                            };
                            hold?: {
                                reason?: string;
                                by: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                            };
                            extended?: {
                                reason?: string;
                                by: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                            };
                            erasure?: string;
                            erased?: boolean;
                            history: {
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                                by: string;
                                what: string;
                                reason?: string;
                            }[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/retention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Retention rules and their runs */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            rules: {
                                name: string;
                                events?: {
                                    names?: string[];
                                    kinds?: string[];
                                    olderThanDays: number;
                                };
                                records?: {
                                    inactiveDays: number;
                                };
                                dataClass?: string;
                                purpose?: string;
                            }[];
                            runs: {
                                run: number;
                                /** @description Milliseconds since 1970. */
                                beganAtMs: number;
                                /** @description Milliseconds since 1970. */
                                endedAtMs?: number;
                                rules: {
                                    rule: string;
                                    events: number;
                                    records: number;
                                    held: number;
                                }[];
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/retention/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What retention would remove now */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Milliseconds since 1970. */
                            atMs: number;
                            rules: {
                                rule: string;
                                events: number;
                                records: number;
                                held: number;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/retention/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Run retention now */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            run: number;
                            /** @description Milliseconds since 1970. */
                            beganAtMs: number;
                            /** @description Milliseconds since 1970. */
                            endedAtMs?: number;
                            rules: {
                                rule: string;
                                events: number;
                                records: number;
                                held: number;
                            }[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The register of processing (GDPR article 30)
         * @description As the node is set up now. A version is kept whenever that differs from the last one.
         */
        get: {
            parameters: {
                query?: {
                    /** @description JSON when absent. */
                    format?: "json" | "markdown" | "html";
                    /** @description Of texts for people. */
                    language?: "zh" | "en";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: number;
                            version: number;
                            /** @description Milliseconds since 1970. */
                            madeAtMs: number;
                            content: {
                                controller: string;
                                privacyNotice?: string;
                                law: {
                                    law: string;
                                    version: number;
                                    name: {
                                        en: string;
                                        zh: string;
                                    };
                                };
                                processing: {
                                    purpose: string;
                                    name: {
                                        en: string;
                                        zh: string;
                                    };
                                    basis: {
                                        en: string;
                                        zh: string;
                                    };
                                    article: string;
                                    /** @enum {string} */
                                    byDefault: "allowed" | "denied";
                                    channels: string[];
                                    apart: string[];
                                    recipients: string[];
                                    /** @description Names of retention rules; none: kept until erased. */
                                    retention: string[];
                                }[];
                                subjects: number;
                                records: number;
                                sources: {
                                    name: string;
                                    kind: string;
                                }[];
                                data: {
                                    traits: string[];
                                    identifiers: string[];
                                    computed: string[];
                                    keptBy: string[];
                                };
                                retention: {
                                    name: string;
                                    events?: {
                                        names?: string[];
                                        kinds?: string[];
                                        olderThanDays: number;
                                    };
                                    records?: {
                                        inactiveDays: number;
                                    };
                                    dataClass?: string;
                                    purpose?: string;
                                }[];
                                recipients: {
                                    name: string;
                                    host: string;
                                    tells: string[];
                                }[];
                                measures: {
                                    en: string;
                                    zh: string;
                                }[];
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/register/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Versions of the register */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            registers: {
                                id: number;
                                version: number;
                                /** @description Milliseconds since 1970. */
                                madeAtMs: number;
                                content: {
                                    controller: string;
                                    privacyNotice?: string;
                                    law: {
                                        law: string;
                                        version: number;
                                        name: {
                                            en: string;
                                            zh: string;
                                        };
                                    };
                                    processing: {
                                        purpose: string;
                                        name: {
                                            en: string;
                                            zh: string;
                                        };
                                        basis: {
                                            en: string;
                                            zh: string;
                                        };
                                        article: string;
                                        /** @enum {string} */
                                        byDefault: "allowed" | "denied";
                                        channels: string[];
                                        apart: string[];
                                        recipients: string[];
                                        /** @description Names of retention rules; none: kept until erased. */
                                        retention: string[];
                                    }[];
                                    subjects: number;
                                    records: number;
                                    sources: {
                                        name: string;
                                        kind: string;
                                    }[];
                                    data: {
                                        traits: string[];
                                        identifiers: string[];
                                        computed: string[];
                                        keptBy: string[];
                                    };
                                    retention: {
                                        name: string;
                                        events?: {
                                            names?: string[];
                                            kinds?: string[];
                                            olderThanDays: number;
                                        };
                                        records?: {
                                            inactiveDays: number;
                                        };
                                        dataClass?: string;
                                        purpose?: string;
                                    }[];
                                    recipients: {
                                        name: string;
                                        host: string;
                                        tells: string[];
                                    }[];
                                    measures: {
                                        en: string;
                                        zh: string;
                                    }[];
                                };
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/assessments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Impact assessments, newest first */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            assessments: {
                                id: number;
                                version: number;
                                /** @description Milliseconds since 1970. */
                                madeAtMs: number;
                                title: string;
                                /** @enum {string} */
                                conclusion: "acceptable" | "acceptable_with_measures" | "not_acceptable";
                                /** @description Milliseconds since 1970. */
                                keptUntilMs: number;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        /** Keep an impact assessment */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        title: string;
                        purposes: string[];
                        necessity: string;
                        risks: {
                            /** @description What may happen to the persons. */
                            risk: string;
                            /** @enum {string} */
                            likelihood: "low" | "medium" | "high";
                            /** @enum {string} */
                            severity: "low" | "medium" | "high";
                            /** @description What is done about it. */
                            measure: string;
                        }[];
                        /** @enum {string} */
                        conclusion: "acceptable" | "acceptable_with_measures" | "not_acceptable";
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: number;
                            version: number;
                            /** @description Milliseconds since 1970. */
                            madeAtMs: number;
                            content: {
                                title: string;
                                purposes: string[];
                                necessity: string;
                                risks: {
                                    risk: string;
                                    /** @enum {string} */
                                    likelihood: "low" | "medium" | "high";
                                    /** @enum {string} */
                                    severity: "low" | "medium" | "high";
                                    measure: string;
                                }[];
                                /** @enum {string} */
                                conclusion: "acceptable" | "acceptable_with_measures" | "not_acceptable";
                                by: string;
                                article: string;
                                processing: {
                                    purpose: string;
                                    name: {
                                        en: string;
                                        zh: string;
                                    };
                                    basis: {
                                        en: string;
                                        zh: string;
                                    };
                                    article: string;
                                    /** @enum {string} */
                                    byDefault: "allowed" | "denied";
                                    channels: string[];
                                    apart: string[];
                                    recipients: string[];
                                    /** @description Names of retention rules; none: kept until erased. */
                                    retention: string[];
                                }[];
                                measures: {
                                    en: string;
                                    zh: string;
                                }[];
                                /** @description Milliseconds since 1970. */
                                keptUntilMs: number;
                            };
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/assessments/{assessment}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One impact assessment */
        get: {
            parameters: {
                query?: {
                    /** @description JSON when absent. */
                    format?: "json" | "markdown" | "html";
                    /** @description Of texts for people. */
                    language?: "zh" | "en";
                };
                header?: never;
                path: {
                    assessment: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: number;
                            version: number;
                            /** @description Milliseconds since 1970. */
                            madeAtMs: number;
                            content: {
                                title: string;
                                purposes: string[];
                                necessity: string;
                                risks: {
                                    risk: string;
                                    /** @enum {string} */
                                    likelihood: "low" | "medium" | "high";
                                    /** @enum {string} */
                                    severity: "low" | "medium" | "high";
                                    measure: string;
                                }[];
                                /** @enum {string} */
                                conclusion: "acceptable" | "acceptable_with_measures" | "not_acceptable";
                                by: string;
                                article: string;
                                processing: {
                                    purpose: string;
                                    name: {
                                        en: string;
                                        zh: string;
                                    };
                                    basis: {
                                        en: string;
                                        zh: string;
                                    };
                                    article: string;
                                    /** @enum {string} */
                                    byDefault: "allowed" | "denied";
                                    channels: string[];
                                    apart: string[];
                                    recipients: string[];
                                    /** @description Names of retention rules; none: kept until erased. */
                                    retention: string[];
                                }[];
                                measures: {
                                    en: string;
                                    zh: string;
                                }[];
                                /** @description Milliseconds since 1970. */
                                keptUntilMs: number;
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/access-review": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Unusual access to customers, the newest first */
        get: {
            parameters: {
                query?: {
                    state?: "open" | "judged" | "all";
                    /** @description Only of this actor; a page may then be short and have a next. */
                    actor?: string;
                    /** @description `next` of the page before. */
                    before?: number;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            findings: {
                                id: number;
                                /** @enum {string} */
                                state: "open" | "judged";
                                /** @description Milliseconds since 1970. */
                                openedAtMs: number;
                                /** @description Milliseconds since 1970. */
                                lastAtMs: number;
                                /** @description As in the audit log. */
                                actor: string;
                                /** @description What was unusual. */
                                kinds?: ("honey" | "own_family_name" | "many_profiles" | "outside_hours" | "no_open_case" | "refusals" | "break_glass")[];
                                /** @enum {string} */
                                severity?: "low" | "medium" | "high";
                                /** @description The customer, where it is about one. */
                                person?: string;
                                /** @description How many customers, looks or refusals. */
                                count?: number;
                                /** @description From how many on it is unusual for this actor. */
                                usual?: number;
                                /** @description Entries of the audit log, the first 200. */
                                entries: number[];
                                entryCount: number;
                                judgement?: {
                                    by: string;
                                    /** @description Milliseconds since 1970. */
                                    atMs: number;
                                    /** @enum {string} */
                                    verdict: "legitimate" | "misuse" | "false_alarm" | "unclear";
                                    reason: string;
                                };
                                /** @description The customer was erased, and with them what the finding says of them. */
                                erased?: boolean;
                            }[];
                            /** @description Findings that wait for a judgement, in all. */
                            open: number;
                            next?: number;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/access-review/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One finding */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: number;
                            /** @enum {string} */
                            state: "open" | "judged";
                            /** @description Milliseconds since 1970. */
                            openedAtMs: number;
                            /** @description Milliseconds since 1970. */
                            lastAtMs: number;
                            /** @description As in the audit log. */
                            actor: string;
                            /** @description What was unusual. */
                            kinds?: ("honey" | "own_family_name" | "many_profiles" | "outside_hours" | "no_open_case" | "refusals" | "break_glass")[];
                            /** @enum {string} */
                            severity?: "low" | "medium" | "high";
                            /** @description The customer, where it is about one. */
                            person?: string;
                            /** @description How many customers, looks or refusals. */
                            count?: number;
                            /** @description From how many on it is unusual for this actor. */
                            usual?: number;
                            /** @description Entries of the audit log, the first 200. */
                            entries: number[];
                            entryCount: number;
                            judgement?: {
                                by: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                                /** @enum {string} */
                                verdict: "legitimate" | "misuse" | "false_alarm" | "unclear";
                                reason: string;
                            };
                            /** @description The customer was erased, and with them what the finding says of them. */
                            erased?: boolean;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/access-review/{id}/judge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Close a finding with a verdict and a reason
         * @description By a person who is not the one it is about. A finding is closed once, and stays.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        verdict: "legitimate" | "misuse" | "false_alarm" | "unclear";
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: number;
                            /** @enum {string} */
                            state: "open" | "judged";
                            /** @description Milliseconds since 1970. */
                            openedAtMs: number;
                            /** @description Milliseconds since 1970. */
                            lastAtMs: number;
                            /** @description As in the audit log. */
                            actor: string;
                            /** @description What was unusual. */
                            kinds?: ("honey" | "own_family_name" | "many_profiles" | "outside_hours" | "no_open_case" | "refusals" | "break_glass")[];
                            /** @enum {string} */
                            severity?: "low" | "medium" | "high";
                            /** @description The customer, where it is about one. */
                            person?: string;
                            /** @description How many customers, looks or refusals. */
                            count?: number;
                            /** @description From how many on it is unusual for this actor. */
                            usual?: number;
                            /** @description Entries of the audit log, the first 200. */
                            entries: number[];
                            entryCount: number;
                            judgement?: {
                                by: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                                /** @enum {string} */
                                verdict: "legitimate" | "misuse" | "false_alarm" | "unclear";
                                reason: string;
                            };
                            /** @description The customer was erased, and with them what the finding says of them. */
                            erased?: boolean;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/access-review/honey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Honey customers, those that were removed included */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            honey: {
                                id: number;
                                person: string;
                                /** @description Milliseconds since 1970. */
                                markedAtMs: number;
                                by: string;
                                reason: string;
                                removed?: {
                                    /** @description Milliseconds since 1970. */
                                    atMs: number;
                                    by: string;
                                    reason: string;
                                };
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        /** Mark a customer as honey: whoever touches them alarms */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description A profile id. */
                        person: string;
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: number;
                            person: string;
                            /** @description Milliseconds since 1970. */
                            markedAtMs: number;
                            by: string;
                            reason: string;
                            removed?: {
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                                by: string;
                                reason: string;
                            };
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/access-review/honey/{id}/remove": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take the mark off a honey customer */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: number;
                            person: string;
                            /** @description Milliseconds since 1970. */
                            markedAtMs: number;
                            by: string;
                            reason: string;
                            removed?: {
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                                by: string;
                                reason: string;
                            };
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/access-review/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Watch findings as they come
         * @description Server-sent events (text/event-stream): `event: finding` with number, state and severity of one that is new, grew or was judged; a comment every 15 s.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The stream. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/alarms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Alarms, the newest first
         * @description Those about what the caller may read: quality of data, broken glasses, findings of high severity. None holds a value of a customer.
         */
        get: {
            parameters: {
                query?: {
                    state?: "open" | "acknowledged" | "all";
                    /** @description `next` of the page before. */
                    before?: number;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            alarms: {
                                id: number;
                                /** @enum {string} */
                                kind: "quality" | "break_glass" | "access_finding" | "model_drift" | "match_enumeration" | "upgrade";
                                /** @enum {string} */
                                severity: "medium" | "high";
                                /** @enum {string} */
                                state: "open" | "acknowledged";
                                /** @description Of the quality alarm, the broken glass or the finding that it is about. */
                                number: number;
                                /** @description Milliseconds since 1970. */
                                raisedAtMs: number;
                                /** @description Milliseconds since 1970. */
                                lastAtMs: number;
                                /** @description How often it came while nobody had acknowledged it. */
                                times: number;
                                /** @description Whose access it is about, as in the audit log. They cannot acknowledge it. */
                                actor?: string;
                                source?: number;
                                sourceName?: string;
                                /** @description The quality rule. */
                                rule?: string;
                                /** @enum {string} */
                                reason?: "below_threshold" | "fell" | "repeated_set" | "near_set" | "near_sizes";
                                /** @description The other member of the match, by its id. */
                                partner?: string;
                                /** @description Since when the score is well again. */
                                endedAtMs?: number;
                                acknowledgement?: {
                                    /** @description `system`: it was settled where it came from. */
                                    by: string;
                                    /** @description Milliseconds since 1970. */
                                    atMs: number;
                                    note?: string;
                                };
                            }[];
                            /** @description Alarms that nobody has acknowledged, in all. */
                            open: number;
                            next?: number;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/alarms/{id}/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Acknowledge an alarm, with a note
         * @description By a person who may settle what it is about and whose own access it is not about. Once; it stays.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        note: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: number;
                            /** @enum {string} */
                            kind: "quality" | "break_glass" | "access_finding" | "model_drift" | "match_enumeration" | "upgrade";
                            /** @enum {string} */
                            severity: "medium" | "high";
                            /** @enum {string} */
                            state: "open" | "acknowledged";
                            /** @description Of the quality alarm, the broken glass or the finding that it is about. */
                            number: number;
                            /** @description Milliseconds since 1970. */
                            raisedAtMs: number;
                            /** @description Milliseconds since 1970. */
                            lastAtMs: number;
                            /** @description How often it came while nobody had acknowledged it. */
                            times: number;
                            /** @description Whose access it is about, as in the audit log. They cannot acknowledge it. */
                            actor?: string;
                            source?: number;
                            sourceName?: string;
                            /** @description The quality rule. */
                            rule?: string;
                            /** @enum {string} */
                            reason?: "below_threshold" | "fell" | "repeated_set" | "near_set" | "near_sizes";
                            /** @description The other member of the match, by its id. */
                            partner?: string;
                            /** @description Since when the score is well again. */
                            endedAtMs?: number;
                            acknowledgement?: {
                                /** @description `system`: it was settled where it came from. */
                                by: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                                note?: string;
                            };
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/alarms/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Watch alarms as they come
         * @description Server-sent events (text/event-stream): `event: alarm` with one that is new, came again, ended or was acknowledged; a comment every 15 s.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The stream. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/federations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Federations of this node, their members and what is wrong */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            federations: ({
                                federation: string;
                                name: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                address: string;
                                member: string;
                                /** @enum {string} */
                                state: "waiting" | "refused" | "member" | "left" | "removed" | "revoked";
                                role: string;
                                founder: boolean;
                                /** @description Eight groups of five digits, to be compared by telephone. */
                                fingerprint: string;
                                /** @description Eight groups of five digits, to be compared by telephone. */
                                founderFingerprint: string;
                                coordinatorInNode: boolean;
                                members: ({
                                    member: string;
                                    name: {
                                        en: string;
                                        zh: string;
                                    } & {
                                        [key: string]: unknown;
                                    };
                                    role: string;
                                    /** @enum {string} */
                                    status: "member" | "left" | "removed" | "revoked";
                                    /** @description Eight groups of five digits, to be compared by telephone. */
                                    fingerprint: string;
                                    /** @description Milliseconds since 1970. */
                                    sinceMs: number;
                                    ended?: {
                                        /** @description Milliseconds since 1970. */
                                        atMs: number;
                                        reason: string;
                                    } & {
                                        [key: string]: unknown;
                                    };
                                } & {
                                    [key: string]: unknown;
                                })[];
                                logSize: number;
                                problems: ({
                                    part: string;
                                    code: string;
                                    /** @description Milliseconds since 1970. */
                                    sinceMs: number;
                                    /** @description Milliseconds since 1970. */
                                    lastMs: number;
                                    /** @description Stays until somebody has dismissed it. */
                                    lasting: boolean;
                                    where?: string;
                                    message?: {
                                        en: string;
                                        zh: string;
                                    } & {
                                        [key: string]: unknown;
                                    };
                                    next?: {
                                        en: string;
                                        zh: string;
                                    } & {
                                        [key: string]: unknown;
                                    };
                                } & {
                                    [key: string]: unknown;
                                })[];
                                /** @description Absent while a separate coordinator is not there yet. */
                                coordinator?: string;
                                /** @description It is renewed by itself in time. */
                                certificateEndsAtMs?: number;
                                /** @description Said, and not yet taken by the coordinator. */
                                pending?: string;
                                /** @description When the coordinator answered last. */
                                contactAtMs?: number;
                            } & {
                                [key: string]: unknown;
                            })[];
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Found a federation
         * @description This node makes the keys of the federation and admits members. `coordinator`: `own` runs the coordinator inside this node, at the address in `federation.listen` of holdfast.json; `separate` is a `holdfast coordinate` elsewhere, which is invited next.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Of the organisation; one of the two may be empty. */
                        name: {
                            en: string;
                            zh: string;
                        };
                        /** @description Where members reach the coordinator, host and port. */
                        address: string;
                        /** @enum {string} */
                        coordinator: "own" | "separate";
                    };
                };
            };
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            federation: string;
                            /** @description Eight groups of five digits, to be compared by telephone. */
                            fingerprint: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/federations/join": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask to join a federation by an invitation
         * @description Read the two fingerprints out by telephone: the founder compares yours, you compare theirs.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Of the organisation; one of the two may be empty. */
                        name: {
                            en: string;
                            zh: string;
                        };
                        code: string;
                    };
                };
            };
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            federation: string;
                            /** @description Eight groups of five digits, to be compared by telephone. */
                            fingerprint: string;
                            founder: {
                                name: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                /** @description Eight groups of five digits, to be compared by telephone. */
                                fingerprint: string;
                            } & {
                                [key: string]: unknown;
                            };
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/federations/{federation}/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask the coordinator now what is new */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    federation: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            federation: string;
                            name: {
                                en: string;
                                zh: string;
                            } & {
                                [key: string]: unknown;
                            };
                            address: string;
                            member: string;
                            /** @enum {string} */
                            state: "waiting" | "refused" | "member" | "left" | "removed" | "revoked";
                            role: string;
                            founder: boolean;
                            /** @description Eight groups of five digits, to be compared by telephone. */
                            fingerprint: string;
                            /** @description Eight groups of five digits, to be compared by telephone. */
                            founderFingerprint: string;
                            coordinatorInNode: boolean;
                            members: ({
                                member: string;
                                name: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                role: string;
                                /** @enum {string} */
                                status: "member" | "left" | "removed" | "revoked";
                                /** @description Eight groups of five digits, to be compared by telephone. */
                                fingerprint: string;
                                /** @description Milliseconds since 1970. */
                                sinceMs: number;
                                ended?: {
                                    /** @description Milliseconds since 1970. */
                                    atMs: number;
                                    reason: string;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            })[];
                            logSize: number;
                            problems: ({
                                part: string;
                                code: string;
                                /** @description Milliseconds since 1970. */
                                sinceMs: number;
                                /** @description Milliseconds since 1970. */
                                lastMs: number;
                                /** @description Stays until somebody has dismissed it. */
                                lasting: boolean;
                                where?: string;
                                message?: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                next?: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            })[];
                            /** @description Absent while a separate coordinator is not there yet. */
                            coordinator?: string;
                            /** @description It is renewed by itself in time. */
                            certificateEndsAtMs?: number;
                            /** @description Said, and not yet taken by the coordinator. */
                            pending?: string;
                            /** @description When the coordinator answered last. */
                            contactAtMs?: number;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/federations/{federation}/problems": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Say that what is wrong with a federation has been seen
         * @description Those problems that still stand come again by themselves.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    federation: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            federation: string;
                            name: {
                                en: string;
                                zh: string;
                            } & {
                                [key: string]: unknown;
                            };
                            address: string;
                            member: string;
                            /** @enum {string} */
                            state: "waiting" | "refused" | "member" | "left" | "removed" | "revoked";
                            role: string;
                            founder: boolean;
                            /** @description Eight groups of five digits, to be compared by telephone. */
                            fingerprint: string;
                            /** @description Eight groups of five digits, to be compared by telephone. */
                            founderFingerprint: string;
                            coordinatorInNode: boolean;
                            members: ({
                                member: string;
                                name: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                role: string;
                                /** @enum {string} */
                                status: "member" | "left" | "removed" | "revoked";
                                /** @description Eight groups of five digits, to be compared by telephone. */
                                fingerprint: string;
                                /** @description Milliseconds since 1970. */
                                sinceMs: number;
                                ended?: {
                                    /** @description Milliseconds since 1970. */
                                    atMs: number;
                                    reason: string;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            })[];
                            logSize: number;
                            problems: ({
                                part: string;
                                code: string;
                                /** @description Milliseconds since 1970. */
                                sinceMs: number;
                                /** @description Milliseconds since 1970. */
                                lastMs: number;
                                /** @description Stays until somebody has dismissed it. */
                                lasting: boolean;
                                where?: string;
                                message?: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                next?: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            })[];
                            /** @description Absent while a separate coordinator is not there yet. */
                            coordinator?: string;
                            /** @description It is renewed by itself in time. */
                            certificateEndsAtMs?: number;
                            /** @description Said, and not yet taken by the coordinator. */
                            pending?: string;
                            /** @description When the coordinator answered last. */
                            contactAtMs?: number;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/federations/{federation}/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Invitations and what became of them */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    federation: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            invitations: ({
                                id: string;
                                role: string;
                                /** @enum {string} */
                                state: "open" | "requested" | "admitted" | "refused" | "withdrawn" | "expired";
                                /** @description Milliseconds since 1970. */
                                createdAtMs: number;
                                /** @description Milliseconds since 1970. */
                                expiresAtMs: number;
                                /** @description The coordinator knows of it as it stands. */
                                told: boolean;
                            } & {
                                [key: string]: unknown;
                            })[];
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Invite an organisation, or the coordinator
         * @description The code is shown this once. Send it by a way that you trust.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    federation: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        role?: "participant" | "coordinator";
                        /** @description How long it can be used; 7 when absent. */
                        days?: number;
                    };
                };
            };
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            code: string;
                            invitation: string;
                            /** @description Milliseconds since 1970. */
                            expiresAtMs: number;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/federations/{federation}/invitations/{invitation}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Withdraw an invitation */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    federation: string;
                    invitation: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            withdrawn: boolean;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/federations/{federation}/requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who asks to join
         * @description Call them, have their fingerprint read out, and propose the act `federation.admit` with the federation, the invitation and the digits as you heard them.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    federation: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            requests: ({
                                invitation: string;
                                name: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                /** @description Eight groups of five digits, to be compared by telephone. */
                                fingerprint: string;
                                member?: string;
                                role?: string;
                                /** @description Milliseconds since 1970. */
                                takenAtMs?: number;
                            } & {
                                [key: string]: unknown;
                            })[];
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/federations/{federation}/requests/{invitation}/refuse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Refuse a request to join */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    federation: string;
                    invitation: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            refused: boolean;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/federations/{federation}/coordinator": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Admit a separate coordinator by its file
         * @description Without a fingerprint it says whose file it is; with the digits that the coordinator showed it gives the welcome that `holdfast coordinate welcome` takes.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    federation: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description The content of join-request.json. */
                        request: {
                            [key: string]: unknown;
                        };
                        fingerprint?: string;
                    };
                };
            };
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            waiting?: {
                                name: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                /** @description Eight groups of five digits, to be compared by telephone. */
                                fingerprint: string;
                            } & {
                                [key: string]: unknown;
                            };
                            welcome?: {
                                [key: string]: unknown;
                            };
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/matches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Matches with other organisations, the newest first
         * @description A new one is proposed as the act `match.propose`, and one that was asked for is accepted by the act `match.accept`.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            matches: ({
                                /** @description The match. */
                                session: string;
                                federation: string;
                                partner: {
                                    member: string;
                                    name: {
                                        en: string;
                                        zh: string;
                                    } & {
                                        [key: string]: unknown;
                                    };
                                } & {
                                    [key: string]: unknown;
                                };
                                /** @enum {string} */
                                role: "initiator" | "responder";
                                /**
                                 * @description asked: your officers have to decide. counted: officers look at the count. ending: both sign the transcript.
                                 * @enum {string}
                                 */
                                phase: "proposed" | "asked" | "running" | "counted" | "ending" | "ended";
                                /** @description What both sides approve. */
                                terms: {
                                    /** @enum {string} */
                                    mode: "ecdh" | "salted-hash" | "count" | "sums";
                                    /** @enum {string} */
                                    learns: "initiator" | "responder" | "both" | "neither";
                                    responder: string;
                                    /** @enum {string} */
                                    use: "overlap" | "suppression" | "known-elsewhere";
                                    purpose: string;
                                    reason: string;
                                    kinds: ("phone" | "email" | "card")[];
                                    minSize: number;
                                    maxSize: number;
                                    minIntersection: number;
                                    officers: number;
                                    countFirst: boolean;
                                    initiator?: string;
                                    counter?: string;
                                    stretch?: number;
                                    sumOf?: string;
                                    /** @description Milliseconds since 1970. */
                                    proposedAtMs?: number;
                                } & {
                                    [key: string]: unknown;
                                };
                                released: {
                                    mine: boolean;
                                    theirs: boolean;
                                } & {
                                    [key: string]: unknown;
                                };
                                progress: {
                                    done: number;
                                    total: number;
                                    etaMs?: number;
                                    /** @enum {string} */
                                    waitingFor?: "partner" | "counter" | "officers" | "coordinator";
                                } & {
                                    [key: string]: unknown;
                                };
                                officers: {
                                    ours: ({
                                        officer: string;
                                        reason: string;
                                        /** @description Milliseconds since 1970. */
                                        atMs: number;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                    theirs: ({
                                        officer: string;
                                        reason: string;
                                        /** @description Milliseconds since 1970. */
                                        atMs: number;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                } & {
                                    [key: string]: unknown;
                                };
                                /** @description Milliseconds since 1970. */
                                createdAtMs: number;
                                /** @description How many items of each kind we brought. */
                                mine?: {
                                    [key: string]: number;
                                };
                                /** @description How many they brought. */
                                theirs?: {
                                    [key: string]: number;
                                };
                                customers?: number;
                                /** @description Milliseconds since 1970. */
                                begunAtMs?: number;
                                /** @description Milliseconds since 1970. */
                                endedAtMs?: number;
                                counted?: {
                                    verdict: string;
                                    counts?: {
                                        [key: string]: number;
                                    };
                                } & {
                                    [key: string]: unknown;
                                };
                                outcome?: {
                                    /** @enum {string} */
                                    result: "done" | "too-small" | "stopped" | "failed";
                                    code?: string;
                                    where?: string;
                                    reason?: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                learned?: {
                                    items?: {
                                        [key: string]: number;
                                    };
                                    customers?: number;
                                    sum?: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                why?: {
                                    message: {
                                        en: string;
                                        zh: string;
                                    } & {
                                        [key: string]: unknown;
                                    };
                                    next: {
                                        en: string;
                                        zh: string;
                                    } & {
                                        [key: string]: unknown;
                                    };
                                } & {
                                    [key: string]: unknown;
                                };
                                taken?: {
                                    customers: number;
                                    leftOut: {
                                        [key: string]: number;
                                    };
                                    withoutConsent?: number;
                                    withoutValue?: number;
                                } & {
                                    [key: string]: unknown;
                                };
                                alarms?: ({
                                    reason: string;
                                    like: string;
                                    difference?: number;
                                    /** @description Milliseconds since 1970. */
                                    atMs?: number;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                override?: {
                                    by: string;
                                    note: string;
                                    /** @description Milliseconds since 1970. */
                                    atMs: number;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            })[];
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/matches/{match}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One match: terms, officers, progress, outcome */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    match: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description The match. */
                            session: string;
                            federation: string;
                            partner: {
                                member: string;
                                name: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                            /** @enum {string} */
                            role: "initiator" | "responder";
                            /**
                             * @description asked: your officers have to decide. counted: officers look at the count. ending: both sign the transcript.
                             * @enum {string}
                             */
                            phase: "proposed" | "asked" | "running" | "counted" | "ending" | "ended";
                            /** @description What both sides approve. */
                            terms: {
                                /** @enum {string} */
                                mode: "ecdh" | "salted-hash" | "count" | "sums";
                                /** @enum {string} */
                                learns: "initiator" | "responder" | "both" | "neither";
                                responder: string;
                                /** @enum {string} */
                                use: "overlap" | "suppression" | "known-elsewhere";
                                purpose: string;
                                reason: string;
                                kinds: ("phone" | "email" | "card")[];
                                minSize: number;
                                maxSize: number;
                                minIntersection: number;
                                officers: number;
                                countFirst: boolean;
                                initiator?: string;
                                counter?: string;
                                stretch?: number;
                                sumOf?: string;
                                /** @description Milliseconds since 1970. */
                                proposedAtMs?: number;
                            } & {
                                [key: string]: unknown;
                            };
                            released: {
                                mine: boolean;
                                theirs: boolean;
                            } & {
                                [key: string]: unknown;
                            };
                            progress: {
                                done: number;
                                total: number;
                                etaMs?: number;
                                /** @enum {string} */
                                waitingFor?: "partner" | "counter" | "officers" | "coordinator";
                            } & {
                                [key: string]: unknown;
                            };
                            officers: {
                                ours: ({
                                    officer: string;
                                    reason: string;
                                    /** @description Milliseconds since 1970. */
                                    atMs: number;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                theirs: ({
                                    officer: string;
                                    reason: string;
                                    /** @description Milliseconds since 1970. */
                                    atMs: number;
                                } & {
                                    [key: string]: unknown;
                                })[];
                            } & {
                                [key: string]: unknown;
                            };
                            /** @description Milliseconds since 1970. */
                            createdAtMs: number;
                            /** @description How many items of each kind we brought. */
                            mine?: {
                                [key: string]: number;
                            };
                            /** @description How many they brought. */
                            theirs?: {
                                [key: string]: number;
                            };
                            customers?: number;
                            /** @description Milliseconds since 1970. */
                            begunAtMs?: number;
                            /** @description Milliseconds since 1970. */
                            endedAtMs?: number;
                            counted?: {
                                verdict: string;
                                counts?: {
                                    [key: string]: number;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                            outcome?: {
                                /** @enum {string} */
                                result: "done" | "too-small" | "stopped" | "failed";
                                code?: string;
                                where?: string;
                                reason?: string;
                            } & {
                                [key: string]: unknown;
                            };
                            learned?: {
                                items?: {
                                    [key: string]: number;
                                };
                                customers?: number;
                                sum?: string;
                            } & {
                                [key: string]: unknown;
                            };
                            why?: {
                                message: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                next: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                            taken?: {
                                customers: number;
                                leftOut: {
                                    [key: string]: number;
                                };
                                withoutConsent?: number;
                                withoutValue?: number;
                            } & {
                                [key: string]: unknown;
                            };
                            alarms?: ({
                                reason: string;
                                like: string;
                                difference?: number;
                                /** @description Milliseconds since 1970. */
                                atMs?: number;
                            } & {
                                [key: string]: unknown;
                            })[];
                            override?: {
                                by: string;
                                note: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                            } & {
                                [key: string]: unknown;
                            };
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/matches/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Whether this node would allow a match by these terms
         * @description Takes what the act `match.propose` takes, fills in what is absent, and begins nothing.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        federation: string;
                        /** @description The other member. */
                        responder: string;
                        /** @enum {string} */
                        mode?: "ecdh" | "salted-hash" | "count" | "sums";
                        /** @enum {string} */
                        learns?: "initiator" | "responder" | "both" | "neither";
                        /** @enum {string} */
                        use: "overlap" | "suppression" | "known-elsewhere";
                        /** @description As GET /api/consent/purposes names it. */
                        purpose: string;
                        reason: string;
                        kinds?: ("phone" | "email" | "card")[];
                        source: {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            allowed: boolean;
                            refusals: ({
                                code: string;
                                message: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                got?: number;
                                need?: number;
                            } & {
                                [key: string]: unknown;
                            })[];
                            budget: {
                                spent: number;
                                limit: number;
                                days: number;
                                /** @description Milliseconds since 1970. */
                                freeAtMs?: number;
                            } & {
                                [key: string]: unknown;
                            };
                            /** @description What both sides approve. */
                            terms: {
                                /** @enum {string} */
                                mode: "ecdh" | "salted-hash" | "count" | "sums";
                                /** @enum {string} */
                                learns: "initiator" | "responder" | "both" | "neither";
                                responder: string;
                                /** @enum {string} */
                                use: "overlap" | "suppression" | "known-elsewhere";
                                purpose: string;
                                reason: string;
                                kinds: ("phone" | "email" | "card")[];
                                minSize: number;
                                maxSize: number;
                                minIntersection: number;
                                officers: number;
                                countFirst: boolean;
                                initiator?: string;
                                counter?: string;
                                stretch?: number;
                                sumOf?: string;
                                /** @description Milliseconds since 1970. */
                                proposedAtMs?: number;
                            } & {
                                [key: string]: unknown;
                            };
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/matches/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ways to match: what each shows to whom, and what it costs on this machine
         * @description Every combination of mode, who learns, and counter: statements in both languages, what those learn who collude, the limits, and seconds by rates measured here when first asked. `recommended` is for what you want: with a neutral counter, and without one.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Items of that side; 100,000 when absent. */
                    initiator?: number;
                    responder?: number;
                    wants?: "items" | "count" | "sum";
                    who?: "nobody" | "one" | "both";
                    /** @description Separated by commas. */
                    kinds?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            options: ({
                                option: {
                                    /** @enum {string} */
                                    mode: "ecdh" | "salted-hash" | "count" | "sums";
                                    /** @enum {string} */
                                    learns: "initiator" | "responder" | "both" | "neither";
                                    countFirst: boolean;
                                    counter: boolean;
                                } & {
                                    [key: string]: unknown;
                                };
                                name: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                /** @description What is revealed to whom, also where two tell each other everything, and what it does not protect from. */
                                statement: {
                                    receives: {
                                        initiator: {
                                            en: string;
                                            zh: string;
                                        } & {
                                            [key: string]: unknown;
                                        };
                                        responder: {
                                            en: string;
                                            zh: string;
                                        } & {
                                            [key: string]: unknown;
                                        };
                                        coordinator: {
                                            en: string;
                                            zh: string;
                                        } & {
                                            [key: string]: unknown;
                                        };
                                    } & {
                                        [key: string]: unknown;
                                    };
                                    learns: {
                                        initiator: {
                                            en: string;
                                            zh: string;
                                        } & {
                                            [key: string]: unknown;
                                        };
                                        responder: {
                                            en: string;
                                            zh: string;
                                        } & {
                                            [key: string]: unknown;
                                        };
                                        coordinator: {
                                            en: string;
                                            zh: string;
                                        } & {
                                            [key: string]: unknown;
                                        };
                                    } & {
                                        [key: string]: unknown;
                                    };
                                    minimum: {
                                        en: string;
                                        zh: string;
                                    } & {
                                        [key: string]: unknown;
                                    };
                                    collusion: ({
                                        en: string;
                                        zh: string;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                    limits: ({
                                        en: string;
                                        zh: string;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                } & {
                                    [key: string]: unknown;
                                };
                                cost: {
                                    seconds: {
                                        initiator: number;
                                        responder: number;
                                    } & {
                                        [key: string]: unknown;
                                    };
                                    words: ({
                                        en: string;
                                        zh: string;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                } & {
                                    [key: string]: unknown;
                                };
                                /** @description How long a partner would need who tries every mobile number; only where it can. */
                                trial: ({
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                postQuantum: ({
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                })[];
                            } & {
                                [key: string]: unknown;
                            })[];
                            recommended: ({
                                option: {
                                    /** @enum {string} */
                                    mode: "ecdh" | "salted-hash" | "count" | "sums";
                                    /** @enum {string} */
                                    learns: "initiator" | "responder" | "both" | "neither";
                                    countFirst: boolean;
                                    counter: boolean;
                                } & {
                                    [key: string]: unknown;
                                };
                                why: ({
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                butNote: ({
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                })[];
                            } & {
                                [key: string]: unknown;
                            })[];
                            rates: {
                                [key: string]: number;
                            };
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/matches/{match}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The report of a match for compliance: what was learned, by whom, and what could leak */
        get: {
            parameters: {
                query?: {
                    format?: "json" | "markdown";
                    language?: "en" | "zh";
                    /** @description IANA, for times; UTC when absent. */
                    zone?: string;
                };
                header?: never;
                path: {
                    match: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As blocks in both languages, or as Markdown in one. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            title: {
                                en: string;
                                zh: string;
                            } & {
                                [key: string]: unknown;
                            };
                            blocks: ({
                                heading: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                lines: ({
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                })[];
                            } & {
                                [key: string]: unknown;
                            })[];
                            findings: ({
                                line: number;
                                code: string;
                                where?: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                        } & {
                            [key: string]: unknown;
                        };
                        "text/markdown": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/matches/{match}/transcript": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The signed transcript of a match, a JSON a line
         * @description The same on both sides once both have signed. `holdfast federation verify` checks it anywhere, without a node.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    match: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The transcript. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/x-ndjson": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/matches/{match}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decline, withdraw or stop a match
         * @description The reason goes to the other side. What a side has learned already stays with it.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    match: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description The match. */
                            session: string;
                            federation: string;
                            partner: {
                                member: string;
                                name: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                            /** @enum {string} */
                            role: "initiator" | "responder";
                            /**
                             * @description asked: your officers have to decide. counted: officers look at the count. ending: both sign the transcript.
                             * @enum {string}
                             */
                            phase: "proposed" | "asked" | "running" | "counted" | "ending" | "ended";
                            /** @description What both sides approve. */
                            terms: {
                                /** @enum {string} */
                                mode: "ecdh" | "salted-hash" | "count" | "sums";
                                /** @enum {string} */
                                learns: "initiator" | "responder" | "both" | "neither";
                                responder: string;
                                /** @enum {string} */
                                use: "overlap" | "suppression" | "known-elsewhere";
                                purpose: string;
                                reason: string;
                                kinds: ("phone" | "email" | "card")[];
                                minSize: number;
                                maxSize: number;
                                minIntersection: number;
                                officers: number;
                                countFirst: boolean;
                                initiator?: string;
                                counter?: string;
                                stretch?: number;
                                sumOf?: string;
                                /** @description Milliseconds since 1970. */
                                proposedAtMs?: number;
                            } & {
                                [key: string]: unknown;
                            };
                            released: {
                                mine: boolean;
                                theirs: boolean;
                            } & {
                                [key: string]: unknown;
                            };
                            progress: {
                                done: number;
                                total: number;
                                etaMs?: number;
                                /** @enum {string} */
                                waitingFor?: "partner" | "counter" | "officers" | "coordinator";
                            } & {
                                [key: string]: unknown;
                            };
                            officers: {
                                ours: ({
                                    officer: string;
                                    reason: string;
                                    /** @description Milliseconds since 1970. */
                                    atMs: number;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                theirs: ({
                                    officer: string;
                                    reason: string;
                                    /** @description Milliseconds since 1970. */
                                    atMs: number;
                                } & {
                                    [key: string]: unknown;
                                })[];
                            } & {
                                [key: string]: unknown;
                            };
                            /** @description Milliseconds since 1970. */
                            createdAtMs: number;
                            /** @description How many items of each kind we brought. */
                            mine?: {
                                [key: string]: number;
                            };
                            /** @description How many they brought. */
                            theirs?: {
                                [key: string]: number;
                            };
                            customers?: number;
                            /** @description Milliseconds since 1970. */
                            begunAtMs?: number;
                            /** @description Milliseconds since 1970. */
                            endedAtMs?: number;
                            counted?: {
                                verdict: string;
                                counts?: {
                                    [key: string]: number;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                            outcome?: {
                                /** @enum {string} */
                                result: "done" | "too-small" | "stopped" | "failed";
                                code?: string;
                                where?: string;
                                reason?: string;
                            } & {
                                [key: string]: unknown;
                            };
                            learned?: {
                                items?: {
                                    [key: string]: number;
                                };
                                customers?: number;
                                sum?: string;
                            } & {
                                [key: string]: unknown;
                            };
                            why?: {
                                message: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                next: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                            taken?: {
                                customers: number;
                                leftOut: {
                                    [key: string]: number;
                                };
                                withoutConsent?: number;
                                withoutValue?: number;
                            } & {
                                [key: string]: unknown;
                            };
                            alarms?: ({
                                reason: string;
                                like: string;
                                difference?: number;
                                /** @description Milliseconds since 1970. */
                                atMs?: number;
                            } & {
                                [key: string]: unknown;
                            })[];
                            override?: {
                                by: string;
                                note: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                            } & {
                                [key: string]: unknown;
                            };
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/matches/{match}/override": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let a match go on that is too like an earlier one
         * @description The alarm says which earlier match, and by how many items the two sets differ.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    match: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        note: string;
                    };
                };
            };
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description The match. */
                            session: string;
                            federation: string;
                            partner: {
                                member: string;
                                name: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                            /** @enum {string} */
                            role: "initiator" | "responder";
                            /**
                             * @description asked: your officers have to decide. counted: officers look at the count. ending: both sign the transcript.
                             * @enum {string}
                             */
                            phase: "proposed" | "asked" | "running" | "counted" | "ending" | "ended";
                            /** @description What both sides approve. */
                            terms: {
                                /** @enum {string} */
                                mode: "ecdh" | "salted-hash" | "count" | "sums";
                                /** @enum {string} */
                                learns: "initiator" | "responder" | "both" | "neither";
                                responder: string;
                                /** @enum {string} */
                                use: "overlap" | "suppression" | "known-elsewhere";
                                purpose: string;
                                reason: string;
                                kinds: ("phone" | "email" | "card")[];
                                minSize: number;
                                maxSize: number;
                                minIntersection: number;
                                officers: number;
                                countFirst: boolean;
                                initiator?: string;
                                counter?: string;
                                stretch?: number;
                                sumOf?: string;
                                /** @description Milliseconds since 1970. */
                                proposedAtMs?: number;
                            } & {
                                [key: string]: unknown;
                            };
                            released: {
                                mine: boolean;
                                theirs: boolean;
                            } & {
                                [key: string]: unknown;
                            };
                            progress: {
                                done: number;
                                total: number;
                                etaMs?: number;
                                /** @enum {string} */
                                waitingFor?: "partner" | "counter" | "officers" | "coordinator";
                            } & {
                                [key: string]: unknown;
                            };
                            officers: {
                                ours: ({
                                    officer: string;
                                    reason: string;
                                    /** @description Milliseconds since 1970. */
                                    atMs: number;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                theirs: ({
                                    officer: string;
                                    reason: string;
                                    /** @description Milliseconds since 1970. */
                                    atMs: number;
                                } & {
                                    [key: string]: unknown;
                                })[];
                            } & {
                                [key: string]: unknown;
                            };
                            /** @description Milliseconds since 1970. */
                            createdAtMs: number;
                            /** @description How many items of each kind we brought. */
                            mine?: {
                                [key: string]: number;
                            };
                            /** @description How many they brought. */
                            theirs?: {
                                [key: string]: number;
                            };
                            customers?: number;
                            /** @description Milliseconds since 1970. */
                            begunAtMs?: number;
                            /** @description Milliseconds since 1970. */
                            endedAtMs?: number;
                            counted?: {
                                verdict: string;
                                counts?: {
                                    [key: string]: number;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                            outcome?: {
                                /** @enum {string} */
                                result: "done" | "too-small" | "stopped" | "failed";
                                code?: string;
                                where?: string;
                                reason?: string;
                            } & {
                                [key: string]: unknown;
                            };
                            learned?: {
                                items?: {
                                    [key: string]: number;
                                };
                                customers?: number;
                                sum?: string;
                            } & {
                                [key: string]: unknown;
                            };
                            why?: {
                                message: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                next: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                            taken?: {
                                customers: number;
                                leftOut: {
                                    [key: string]: number;
                                };
                                withoutConsent?: number;
                                withoutValue?: number;
                            } & {
                                [key: string]: unknown;
                            };
                            alarms?: ({
                                reason: string;
                                like: string;
                                difference?: number;
                                /** @description Milliseconds since 1970. */
                                atMs?: number;
                            } & {
                                [key: string]: unknown;
                            })[];
                            override?: {
                                by: string;
                                note: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                            } & {
                                [key: string]: unknown;
                            };
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/matches/files/open": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin a file that is sent in parts
         * @description For one that takes longer than the half minute of a request. Not finished within a day, it goes.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        columns: {
                            [key: string]: unknown;
                        };
                        name?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            parts: number;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/matches/files/{file}/finish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** All parts are there: check the file */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    file: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            name: string;
                            by: string;
                            rows: number;
                            taken: number;
                            /** @description Rows that were not taken, by code. */
                            rejected: {
                                [key: string]: number;
                            };
                            /** @description The first of them: line and code, never a value. */
                            rejects: ({
                                line: number;
                                code: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            /** @enum {string} */
                            state?: "arriving" | "checking" | "ready";
                            sizeBytes?: number;
                            parts?: number;
                            kinds?: {
                                [key: string]: unknown;
                            };
                            match?: string;
                            /** @description Until when it is kept. */
                            untilMs?: number;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/matches/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Files that were brought for matches */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            files: ({
                                id: string;
                                name: string;
                                by: string;
                                rows: number;
                                taken: number;
                                /** @description Rows that were not taken, by code. */
                                rejected: {
                                    [key: string]: number;
                                };
                                /** @description The first of them: line and code, never a value. */
                                rejects: ({
                                    line: number;
                                    code: string;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                /** @enum {string} */
                                state?: "arriving" | "checking" | "ready";
                                sizeBytes?: number;
                                parts?: number;
                                kinds?: {
                                    [key: string]: unknown;
                                };
                                match?: string;
                                /** @description Until when it is kept. */
                                untilMs?: number;
                            } & {
                                [key: string]: unknown;
                            })[];
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Bring a CSV file for a match
         * @description The body is the file in UTF-8 with a first row of names. Which columns are read is in the query; several of one kind are separated by commas. Kept, sealed, until the match is over, or 14 days.
         */
        post: {
            parameters: {
                query: {
                    /** @description The column by which results name customers. */
                    id: string;
                    phone?: string;
                    email?: string;
                    card?: string;
                    /** @description What is summed up. */
                    value?: string;
                    decimals?: number;
                    /** @description Of the file, to be shown. */
                    name?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            name: string;
                            by: string;
                            rows: number;
                            taken: number;
                            /** @description Rows that were not taken, by code. */
                            rejected: {
                                [key: string]: number;
                            };
                            /** @description The first of them: line and code, never a value. */
                            rejects: ({
                                line: number;
                                code: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            /** @enum {string} */
                            state?: "arriving" | "checking" | "ready";
                            sizeBytes?: number;
                            parts?: number;
                            kinds?: {
                                [key: string]: unknown;
                            };
                            match?: string;
                            /** @description Until when it is kept. */
                            untilMs?: number;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/matches/files/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a file */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    file: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            removed: boolean;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/matches/results": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What matches gave, the newest first */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            results: ({
                                match: string;
                                partner: string;
                                /** @enum {string} */
                                use: "overlap" | "suppression" | "known-elsewhere";
                                purpose: string;
                                /** @enum {string} */
                                mode: "ecdh" | "salted-hash" | "count" | "sums";
                                kinds: {
                                    [key: string]: number;
                                };
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                                matched?: number;
                                count?: number;
                                sum?: number;
                                idColumn?: string;
                                erased?: number;
                            } & {
                                [key: string]: unknown;
                            })[];
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/matches/{match}/result": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Customers that a match found, a page */
        get: {
            parameters: {
                query?: {
                    /** @description As the page before gave it in `next`. */
                    after?: number;
                    limit?: number;
                };
                header?: never;
                path: {
                    match: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            match: string;
                            partner: string;
                            /** @enum {string} */
                            use: "overlap" | "suppression" | "known-elsewhere";
                            purpose: string;
                            /** @enum {string} */
                            mode: "ecdh" | "salted-hash" | "count" | "sums";
                            kinds: unknown;
                            /** @description Milliseconds since 1970. */
                            atMs: number;
                            /** @enum {string} */
                            source: "customers" | "file";
                            found: ({
                                id: string;
                                /** @enum {string} */
                                kind: "phone" | "email" | "card";
                            } & {
                                [key: string]: unknown;
                            })[];
                            matched?: number;
                            count?: unknown;
                            sum?: unknown;
                            idColumn?: string;
                            erased?: unknown;
                            next?: number;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/matches/{match}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Customers that a match found, as a CSV file
         * @description Everybody but the operator needs a second person: propose the act `match.export` with the match, and fetch it within a day.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    match: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The file. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/csv": string;
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/profiles/{id}/matches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Matches in which a customer stands
         * @description By default the suppression lists: whoever stands in one is not to be addressed for its purpose.
         */
        get: {
            parameters: {
                query?: {
                    use?: "suppression" | "known-elsewhere" | "overlap";
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            found: ({
                                match: string;
                                partner: string;
                                purpose: string;
                                /** @enum {string} */
                                kind: "phone" | "email" | "card";
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                            } & {
                                [key: string]: unknown;
                            })[];
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rounds/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Files whose rows can go into rounds, the newest first */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            files: ({
                                name: string;
                                by: string;
                                label: string;
                                /** @description Behind the header. */
                                rows: number;
                                taken: number;
                                /** @description By code, how many rows cannot be used. */
                                rejected: {
                                    [key: string]: number;
                                };
                                /** @description Lines and codes of the first thousand; never what stands in them. */
                                rejects: ({
                                    line: number;
                                    code: string;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                columns: ({
                                    name: string;
                                    kind: string;
                                    missing?: number;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                /** @description Until when it is kept; longer where a round needs it. */
                                untilMs: number;
                            } & {
                                [key: string]: unknown;
                            })[];
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Bring a CSV file whose rows go into rounds
         * @description The body is the file in UTF-8 with a first row of names. It is kept sealed under its name for 30 days, or until the rounds that need it are over.
         */
        post: {
            parameters: {
                query: {
                    name: string;
                    /** @description The column that says what is to be learned. */
                    label: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What became of its rows. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            by: string;
                            label: string;
                            /** @description Behind the header. */
                            rows: number;
                            taken: number;
                            /** @description By code, how many rows cannot be used. */
                            rejected: {
                                [key: string]: number;
                            };
                            /** @description Lines and codes of the first thousand; never what stands in them. */
                            rejects: ({
                                line: number;
                                code: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            columns: ({
                                name: string;
                                kind: string;
                                missing?: number;
                            } & {
                                [key: string]: unknown;
                            })[];
                            /** @description Until when it is kept; longer where a round needs it. */
                            untilMs: number;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rounds/files/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a file of rows that no round needs */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    file: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            removed: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rounds/{round}/share": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Fetch a share of the custodian's key
         * @description Shown this once, and to one person each; the round goes on when all are fetched. A node that starts anew before makes another key: shares that were fetched until then are void.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    round: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            share: string;
                            number: number;
                            of: number;
                            needed: number;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rounds/{round}/unlock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give shares of the custodian's key after the node has started anew
         * @description One or several, by one person or by several one after the other; with the last that is needed the key is open until the node stops, and the round goes on.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    round: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        shares: string[];
                    };
                };
            };
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            round: string;
                            federation: string;
                            me: string;
                            /**
                             * @description asked: your officers have to decide. agreeing: others have. custody_locked: this node keeps the key, and its people have to give their shares. voting: everybody says whether the model is adopted.
                             * @enum {string}
                             */
                            phase: "asked" | "agreeing" | "training" | "custody_locked" | "voting" | "ended";
                            /** @description What all approve. */
                            terms: {
                                members: string[];
                                coordinator: string;
                                custodian: string;
                                purpose: string;
                                reason: string;
                                /** @description What is learned from which columns. */
                                schema: {
                                    label: {
                                        name: string;
                                        positive: string;
                                    } & {
                                        [key: string]: unknown;
                                    };
                                    features: ({
                                        name: string;
                                        /** @enum {string} */
                                        kind: "number" | "category";
                                        levels?: string[];
                                        limit?: number;
                                        of?: string;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                    question?: {
                                        name: string;
                                        horizonDays: number;
                                        activeDays: number;
                                    } & {
                                        [key: string]: unknown;
                                    };
                                } & {
                                    [key: string]: unknown;
                                };
                                learn: {
                                    /** @enum {string} */
                                    kind: "trees" | "logistic" | "averaging" | "vertical-trees";
                                    optimiser?: string;
                                    trees?: number;
                                    maxDepth?: number;
                                    rounds?: number;
                                } & {
                                    [key: string]: unknown;
                                };
                                /** @enum {string} */
                                against: "malicious" | "semi-honest";
                                agreement: string;
                                encryption: string;
                                patienceMs: number;
                                officers: number;
                                minRows: number;
                                privacy?: {
                                    /** @enum {string} */
                                    unit: "row" | "member";
                                    epsilon: number;
                                    delta: number;
                                    honest: number;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                            proposer: string;
                            members: ({
                                member: string;
                                name: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                accepted: boolean;
                                officers: ({
                                    officer: string;
                                    reason: string;
                                    /** @description Milliseconds since 1970. */
                                    atMs: number;
                                    to: string;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                leftOut?: {
                                    [key: string]: unknown;
                                };
                                /** @description On its own holdout. */
                                metrics?: {
                                    [key: string]: number;
                                };
                                holdout?: number;
                                vote?: {
                                    adopt: boolean;
                                    officer: string;
                                    reason: string;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            })[];
                            /** @description Who keeps the key that opens sums. `key`, at its own node where the key is split: how many shares there are and are needed, how many nobody has fetched, whether it is locked, and how many were given to open it. */
                            custodian: {
                                member: string;
                                name: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                agreed: boolean;
                                key?: {
                                    shares: number;
                                    needed: number;
                                    unfetched: number;
                                    locked: boolean;
                                    given: number;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                            decide: ("acceptance" | "custody" | "share" | "unlock" | "vote")[];
                            /** @description How many sums were opened, whose part of the next is there, and who is waited for. */
                            progress: {
                                sums: number;
                                exchanges: number;
                                given: string[];
                                awaited: string[];
                                /** @enum {string} */
                                stage?: "contributing" | "unmasking" | "opening" | "exchanging";
                                waitingFor?: string;
                            } & {
                                [key: string]: unknown;
                            };
                            /** @description Milliseconds since 1970. */
                            createdAtMs: number;
                            ended?: {
                                /** @enum {string} */
                                result: "adopted" | "rejected" | "stopped";
                                by?: string;
                                code?: string;
                                reason?: string;
                            } & {
                                [key: string]: unknown;
                            };
                            why?: {
                                message: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                next: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                            /** @description Where its model was adopted: the model and version that it became here, or why it is kept as a file alone. */
                            served?: {
                                model?: string;
                                version?: number;
                                kept?: string;
                                where?: string;
                                why?: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                            /** @description Of a vertical round, at a partner: the share of cells that sums of few rows told. */
                            exposed?: number;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rounds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Rounds of training with other organisations */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            rounds: ({
                                round: string;
                                federation: string;
                                me: string;
                                /**
                                 * @description asked: your officers have to decide. agreeing: others have. custody_locked: this node keeps the key, and its people have to give their shares. voting: everybody says whether the model is adopted.
                                 * @enum {string}
                                 */
                                phase: "asked" | "agreeing" | "training" | "custody_locked" | "voting" | "ended";
                                /** @description What all approve. */
                                terms: {
                                    members: string[];
                                    coordinator: string;
                                    custodian: string;
                                    purpose: string;
                                    reason: string;
                                    /** @description What is learned from which columns. */
                                    schema: {
                                        label: {
                                            name: string;
                                            positive: string;
                                        } & {
                                            [key: string]: unknown;
                                        };
                                        features: ({
                                            name: string;
                                            /** @enum {string} */
                                            kind: "number" | "category";
                                            levels?: string[];
                                            limit?: number;
                                            of?: string;
                                        } & {
                                            [key: string]: unknown;
                                        })[];
                                        question?: {
                                            name: string;
                                            horizonDays: number;
                                            activeDays: number;
                                        } & {
                                            [key: string]: unknown;
                                        };
                                    } & {
                                        [key: string]: unknown;
                                    };
                                    learn: {
                                        /** @enum {string} */
                                        kind: "trees" | "logistic" | "averaging" | "vertical-trees";
                                        optimiser?: string;
                                        trees?: number;
                                        maxDepth?: number;
                                        rounds?: number;
                                    } & {
                                        [key: string]: unknown;
                                    };
                                    /** @enum {string} */
                                    against: "malicious" | "semi-honest";
                                    agreement: string;
                                    encryption: string;
                                    patienceMs: number;
                                    officers: number;
                                    minRows: number;
                                    privacy?: {
                                        /** @enum {string} */
                                        unit: "row" | "member";
                                        epsilon: number;
                                        delta: number;
                                        honest: number;
                                    } & {
                                        [key: string]: unknown;
                                    };
                                } & {
                                    [key: string]: unknown;
                                };
                                proposer: string;
                                members: ({
                                    member: string;
                                    name: {
                                        en: string;
                                        zh: string;
                                    } & {
                                        [key: string]: unknown;
                                    };
                                    accepted: boolean;
                                    officers: ({
                                        officer: string;
                                        reason: string;
                                        /** @description Milliseconds since 1970. */
                                        atMs: number;
                                        to: string;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                    leftOut?: {
                                        [key: string]: unknown;
                                    };
                                    /** @description On its own holdout. */
                                    metrics?: {
                                        [key: string]: number;
                                    };
                                    holdout?: number;
                                    vote?: {
                                        adopt: boolean;
                                        officer: string;
                                        reason: string;
                                    } & {
                                        [key: string]: unknown;
                                    };
                                } & {
                                    [key: string]: unknown;
                                })[];
                                /** @description Who keeps the key that opens sums. `key`, at its own node where the key is split: how many shares there are and are needed, how many nobody has fetched, whether it is locked, and how many were given to open it. */
                                custodian: {
                                    member: string;
                                    name: {
                                        en: string;
                                        zh: string;
                                    } & {
                                        [key: string]: unknown;
                                    };
                                    agreed: boolean;
                                    key?: {
                                        shares: number;
                                        needed: number;
                                        unfetched: number;
                                        locked: boolean;
                                        given: number;
                                    } & {
                                        [key: string]: unknown;
                                    };
                                } & {
                                    [key: string]: unknown;
                                };
                                decide: ("acceptance" | "custody" | "share" | "unlock" | "vote")[];
                                /** @description How many sums were opened, whose part of the next is there, and who is waited for. */
                                progress: {
                                    sums: number;
                                    exchanges: number;
                                    given: string[];
                                    awaited: string[];
                                    /** @enum {string} */
                                    stage?: "contributing" | "unmasking" | "opening" | "exchanging";
                                    waitingFor?: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                /** @description Milliseconds since 1970. */
                                createdAtMs: number;
                                ended?: {
                                    /** @enum {string} */
                                    result: "adopted" | "rejected" | "stopped";
                                    by?: string;
                                    code?: string;
                                    reason?: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                why?: {
                                    message: {
                                        en: string;
                                        zh: string;
                                    } & {
                                        [key: string]: unknown;
                                    };
                                    next: {
                                        en: string;
                                        zh: string;
                                    } & {
                                        [key: string]: unknown;
                                    };
                                } & {
                                    [key: string]: unknown;
                                };
                                /** @description Where its model was adopted: the model and version that it became here, or why it is kept as a file alone. */
                                served?: {
                                    model?: string;
                                    version?: number;
                                    kept?: string;
                                    where?: string;
                                    why?: {
                                        en: string;
                                        zh: string;
                                    } & {
                                        [key: string]: unknown;
                                    };
                                } & {
                                    [key: string]: unknown;
                                };
                                /** @description Of a vertical round, at a partner: the share of cells that sums of few rows told. */
                                exposed?: number;
                            } & {
                                [key: string]: unknown;
                            })[];
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rounds/{round}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One round: its terms, who agreed, how far it is, how it ended */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    round: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            round: string;
                            federation: string;
                            me: string;
                            /**
                             * @description asked: your officers have to decide. agreeing: others have. custody_locked: this node keeps the key, and its people have to give their shares. voting: everybody says whether the model is adopted.
                             * @enum {string}
                             */
                            phase: "asked" | "agreeing" | "training" | "custody_locked" | "voting" | "ended";
                            /** @description What all approve. */
                            terms: {
                                members: string[];
                                coordinator: string;
                                custodian: string;
                                purpose: string;
                                reason: string;
                                /** @description What is learned from which columns. */
                                schema: {
                                    label: {
                                        name: string;
                                        positive: string;
                                    } & {
                                        [key: string]: unknown;
                                    };
                                    features: ({
                                        name: string;
                                        /** @enum {string} */
                                        kind: "number" | "category";
                                        levels?: string[];
                                        limit?: number;
                                        of?: string;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                    question?: {
                                        name: string;
                                        horizonDays: number;
                                        activeDays: number;
                                    } & {
                                        [key: string]: unknown;
                                    };
                                } & {
                                    [key: string]: unknown;
                                };
                                learn: {
                                    /** @enum {string} */
                                    kind: "trees" | "logistic" | "averaging" | "vertical-trees";
                                    optimiser?: string;
                                    trees?: number;
                                    maxDepth?: number;
                                    rounds?: number;
                                } & {
                                    [key: string]: unknown;
                                };
                                /** @enum {string} */
                                against: "malicious" | "semi-honest";
                                agreement: string;
                                encryption: string;
                                patienceMs: number;
                                officers: number;
                                minRows: number;
                                privacy?: {
                                    /** @enum {string} */
                                    unit: "row" | "member";
                                    epsilon: number;
                                    delta: number;
                                    honest: number;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                            proposer: string;
                            members: ({
                                member: string;
                                name: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                accepted: boolean;
                                officers: ({
                                    officer: string;
                                    reason: string;
                                    /** @description Milliseconds since 1970. */
                                    atMs: number;
                                    to: string;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                leftOut?: {
                                    [key: string]: unknown;
                                };
                                /** @description On its own holdout. */
                                metrics?: {
                                    [key: string]: number;
                                };
                                holdout?: number;
                                vote?: {
                                    adopt: boolean;
                                    officer: string;
                                    reason: string;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            })[];
                            /** @description Who keeps the key that opens sums. `key`, at its own node where the key is split: how many shares there are and are needed, how many nobody has fetched, whether it is locked, and how many were given to open it. */
                            custodian: {
                                member: string;
                                name: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                agreed: boolean;
                                key?: {
                                    shares: number;
                                    needed: number;
                                    unfetched: number;
                                    locked: boolean;
                                    given: number;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                            decide: ("acceptance" | "custody" | "share" | "unlock" | "vote")[];
                            /** @description How many sums were opened, whose part of the next is there, and who is waited for. */
                            progress: {
                                sums: number;
                                exchanges: number;
                                given: string[];
                                awaited: string[];
                                /** @enum {string} */
                                stage?: "contributing" | "unmasking" | "opening" | "exchanging";
                                waitingFor?: string;
                            } & {
                                [key: string]: unknown;
                            };
                            /** @description Milliseconds since 1970. */
                            createdAtMs: number;
                            ended?: {
                                /** @enum {string} */
                                result: "adopted" | "rejected" | "stopped";
                                by?: string;
                                code?: string;
                                reason?: string;
                            } & {
                                [key: string]: unknown;
                            };
                            why?: {
                                message: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                next: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                            /** @description Where its model was adopted: the model and version that it became here, or why it is kept as a file alone. */
                            served?: {
                                model?: string;
                                version?: number;
                                kept?: string;
                                where?: string;
                                why?: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                            /** @description Of a vertical round, at a partner: the share of cells that sums of few rows told. */
                            exposed?: number;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rounds/draft": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A schema that could be proposed, and what this node would bring
         * @description Makes the rows of a ready-made question, or reads those of a file, names the features that have values, and counts. Nothing leaves the node.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Of own customers. */
                        question?: string;
                        /** @description Of a file: the column to learn; else as it was brought. */
                        label?: string;
                        /** @description Of a file: the value to find; else the one that means yes. */
                        positive?: string;
                        horizonDays?: number;
                        activeDays?: number;
                        /**
                         * @description What is to be learned; trees when absent. For all others a number gets a limit, the power of two that nearly all values lie within.
                         * @enum {string}
                         */
                        model?: "trees" | "logistic" | "fedavg" | "fedprox" | "fedadam";
                        /** @description Rows of the node's own customers whose data may be used for the purpose, without one for that of the question; or of a file that was brought for rounds. */
                        source: {
                            /** @enum {string} */
                            from: "customers" | "file";
                            purpose?: string;
                            /** @description Its name. */
                            file?: string;
                        };
                    };
                };
            };
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description What is learned from which columns. */
                            schema: {
                                label: {
                                    name: string;
                                    positive: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                features: ({
                                    name: string;
                                    /** @enum {string} */
                                    kind: "number" | "category";
                                    levels?: string[];
                                    limit?: number;
                                    of?: string;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                question?: {
                                    name: string;
                                    horizonDays: number;
                                    activeDays: number;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                            dryRun: {
                                rows: number;
                                positives: number;
                                persons?: number;
                                missing?: {
                                    [key: string]: number;
                                };
                                beyond?: {
                                    [key: string]: number;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rounds/draft/columns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Columns that this node can bring to a vertical round, and of how many shared customers
         * @description Of customers whom the matches found and whose data may be used, as they were known to be at one moment. With a question: of who has the labels. Nothing leaves the node; the names of columns, and levels of categories, are for whoever proposes.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description By the other member: the match that told both sides whom they share. */
                        matches: {
                            [key: string]: string;
                        };
                        asOfMs: number;
                        purpose: string;
                        question?: {
                            name: string;
                            horizonDays: number;
                            activeDays: number;
                        };
                        source: {
                            /** @enum {string} */
                            from: "customers";
                            purpose?: string;
                        };
                    };
                };
            };
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            columns: {
                                /** @description Milliseconds since 1970. */
                                asOfMs: number;
                                features: ({
                                    name: string;
                                    /** @enum {string} */
                                    kind: "number" | "category";
                                    levels?: string[];
                                    limit?: number;
                                    of?: string;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                label?: {
                                    name: string;
                                    positive: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                question?: {
                                    name: string;
                                    horizonDays: number;
                                    activeDays: number;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                            dryRun: {
                                rows: number;
                                positives: number;
                                persons?: number;
                                missing?: {
                                    [key: string]: number;
                                };
                                beyond?: {
                                    [key: string]: number;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rounds/{round}/scores": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What an adopted vertical round says of this node's own customers, a page
         * @description Of those who took part, on the side that has the labels, as their data stood when the round was; whose consent does not cover the purpose any more is left out.
         */
        get: {
            parameters: {
                query?: {
                    /** @description As the page before gave it in `next`. */
                    after?: number;
                    limit?: number;
                };
                header?: never;
                path: {
                    round: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            purpose: string;
                            label: string;
                            asOfMs: number;
                            scored: number;
                            scores: ({
                                id: string;
                                score: number | string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            next?: number;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rounds/{round}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A dry run: what this node would bring to a round */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    round: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Rows of the node's own customers whose data may be used for the purpose, without one for that of the question; or of a file that was brought for rounds. */
                        source: {
                            /** @enum {string} */
                            from: "customers" | "file";
                            purpose?: string;
                            /** @description Its name. */
                            file?: string;
                        };
                    };
                };
            };
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            dryRun: {
                                rows: number;
                                positives: number;
                                persons?: number;
                                missing?: {
                                    [key: string]: number;
                                };
                                beyond?: {
                                    [key: string]: number;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rounds/{round}/vote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say whether the model is to be adopted */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    round: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        adopt: boolean;
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            round: string;
                            federation: string;
                            me: string;
                            /**
                             * @description asked: your officers have to decide. agreeing: others have. custody_locked: this node keeps the key, and its people have to give their shares. voting: everybody says whether the model is adopted.
                             * @enum {string}
                             */
                            phase: "asked" | "agreeing" | "training" | "custody_locked" | "voting" | "ended";
                            /** @description What all approve. */
                            terms: {
                                members: string[];
                                coordinator: string;
                                custodian: string;
                                purpose: string;
                                reason: string;
                                /** @description What is learned from which columns. */
                                schema: {
                                    label: {
                                        name: string;
                                        positive: string;
                                    } & {
                                        [key: string]: unknown;
                                    };
                                    features: ({
                                        name: string;
                                        /** @enum {string} */
                                        kind: "number" | "category";
                                        levels?: string[];
                                        limit?: number;
                                        of?: string;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                    question?: {
                                        name: string;
                                        horizonDays: number;
                                        activeDays: number;
                                    } & {
                                        [key: string]: unknown;
                                    };
                                } & {
                                    [key: string]: unknown;
                                };
                                learn: {
                                    /** @enum {string} */
                                    kind: "trees" | "logistic" | "averaging" | "vertical-trees";
                                    optimiser?: string;
                                    trees?: number;
                                    maxDepth?: number;
                                    rounds?: number;
                                } & {
                                    [key: string]: unknown;
                                };
                                /** @enum {string} */
                                against: "malicious" | "semi-honest";
                                agreement: string;
                                encryption: string;
                                patienceMs: number;
                                officers: number;
                                minRows: number;
                                privacy?: {
                                    /** @enum {string} */
                                    unit: "row" | "member";
                                    epsilon: number;
                                    delta: number;
                                    honest: number;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                            proposer: string;
                            members: ({
                                member: string;
                                name: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                accepted: boolean;
                                officers: ({
                                    officer: string;
                                    reason: string;
                                    /** @description Milliseconds since 1970. */
                                    atMs: number;
                                    to: string;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                leftOut?: {
                                    [key: string]: unknown;
                                };
                                /** @description On its own holdout. */
                                metrics?: {
                                    [key: string]: number;
                                };
                                holdout?: number;
                                vote?: {
                                    adopt: boolean;
                                    officer: string;
                                    reason: string;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            })[];
                            /** @description Who keeps the key that opens sums. `key`, at its own node where the key is split: how many shares there are and are needed, how many nobody has fetched, whether it is locked, and how many were given to open it. */
                            custodian: {
                                member: string;
                                name: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                agreed: boolean;
                                key?: {
                                    shares: number;
                                    needed: number;
                                    unfetched: number;
                                    locked: boolean;
                                    given: number;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                            decide: ("acceptance" | "custody" | "share" | "unlock" | "vote")[];
                            /** @description How many sums were opened, whose part of the next is there, and who is waited for. */
                            progress: {
                                sums: number;
                                exchanges: number;
                                given: string[];
                                awaited: string[];
                                /** @enum {string} */
                                stage?: "contributing" | "unmasking" | "opening" | "exchanging";
                                waitingFor?: string;
                            } & {
                                [key: string]: unknown;
                            };
                            /** @description Milliseconds since 1970. */
                            createdAtMs: number;
                            ended?: {
                                /** @enum {string} */
                                result: "adopted" | "rejected" | "stopped";
                                by?: string;
                                code?: string;
                                reason?: string;
                            } & {
                                [key: string]: unknown;
                            };
                            why?: {
                                message: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                next: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                            /** @description Where its model was adopted: the model and version that it became here, or why it is kept as a file alone. */
                            served?: {
                                model?: string;
                                version?: number;
                                kept?: string;
                                where?: string;
                                why?: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                            /** @description Of a vertical round, at a partner: the share of cells that sums of few rows told. */
                            exposed?: number;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rounds/{round}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Decline or stop a round, for all */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    round: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            round: string;
                            federation: string;
                            me: string;
                            /**
                             * @description asked: your officers have to decide. agreeing: others have. custody_locked: this node keeps the key, and its people have to give their shares. voting: everybody says whether the model is adopted.
                             * @enum {string}
                             */
                            phase: "asked" | "agreeing" | "training" | "custody_locked" | "voting" | "ended";
                            /** @description What all approve. */
                            terms: {
                                members: string[];
                                coordinator: string;
                                custodian: string;
                                purpose: string;
                                reason: string;
                                /** @description What is learned from which columns. */
                                schema: {
                                    label: {
                                        name: string;
                                        positive: string;
                                    } & {
                                        [key: string]: unknown;
                                    };
                                    features: ({
                                        name: string;
                                        /** @enum {string} */
                                        kind: "number" | "category";
                                        levels?: string[];
                                        limit?: number;
                                        of?: string;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                    question?: {
                                        name: string;
                                        horizonDays: number;
                                        activeDays: number;
                                    } & {
                                        [key: string]: unknown;
                                    };
                                } & {
                                    [key: string]: unknown;
                                };
                                learn: {
                                    /** @enum {string} */
                                    kind: "trees" | "logistic" | "averaging" | "vertical-trees";
                                    optimiser?: string;
                                    trees?: number;
                                    maxDepth?: number;
                                    rounds?: number;
                                } & {
                                    [key: string]: unknown;
                                };
                                /** @enum {string} */
                                against: "malicious" | "semi-honest";
                                agreement: string;
                                encryption: string;
                                patienceMs: number;
                                officers: number;
                                minRows: number;
                                privacy?: {
                                    /** @enum {string} */
                                    unit: "row" | "member";
                                    epsilon: number;
                                    delta: number;
                                    honest: number;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                            proposer: string;
                            members: ({
                                member: string;
                                name: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                accepted: boolean;
                                officers: ({
                                    officer: string;
                                    reason: string;
                                    /** @description Milliseconds since 1970. */
                                    atMs: number;
                                    to: string;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                leftOut?: {
                                    [key: string]: unknown;
                                };
                                /** @description On its own holdout. */
                                metrics?: {
                                    [key: string]: number;
                                };
                                holdout?: number;
                                vote?: {
                                    adopt: boolean;
                                    officer: string;
                                    reason: string;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            })[];
                            /** @description Who keeps the key that opens sums. `key`, at its own node where the key is split: how many shares there are and are needed, how many nobody has fetched, whether it is locked, and how many were given to open it. */
                            custodian: {
                                member: string;
                                name: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                agreed: boolean;
                                key?: {
                                    shares: number;
                                    needed: number;
                                    unfetched: number;
                                    locked: boolean;
                                    given: number;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                            decide: ("acceptance" | "custody" | "share" | "unlock" | "vote")[];
                            /** @description How many sums were opened, whose part of the next is there, and who is waited for. */
                            progress: {
                                sums: number;
                                exchanges: number;
                                given: string[];
                                awaited: string[];
                                /** @enum {string} */
                                stage?: "contributing" | "unmasking" | "opening" | "exchanging";
                                waitingFor?: string;
                            } & {
                                [key: string]: unknown;
                            };
                            /** @description Milliseconds since 1970. */
                            createdAtMs: number;
                            ended?: {
                                /** @enum {string} */
                                result: "adopted" | "rejected" | "stopped";
                                by?: string;
                                code?: string;
                                reason?: string;
                            } & {
                                [key: string]: unknown;
                            };
                            why?: {
                                message: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                next: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                            /** @description Where its model was adopted: the model and version that it became here, or why it is kept as a file alone. */
                            served?: {
                                model?: string;
                                version?: number;
                                kept?: string;
                                where?: string;
                                why?: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                            /** @description Of a vertical round, at a partner: the share of cells that sums of few rows told. */
                            exposed?: number;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rounds/{round}/transcript": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was said and signed in a round, with the sums that were opened
         * @description The same for all members; `holdfast federation verify` checks it offline.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    round: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description JSON a line. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/x-ndjson": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rounds/{round}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The report of a round for compliance: what was learned, by whom, what came of it, and what could leak
         * @description Of one that goes on, too: then it says how far it is. Written from the transcript alone.
         */
        get: {
            parameters: {
                query?: {
                    format?: "json" | "markdown";
                    language?: "en" | "zh";
                    /** @description IANA, for times; UTC when absent. */
                    zone?: string;
                };
                header?: never;
                path: {
                    round: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As blocks in both languages, or as Markdown in one. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            title: {
                                en: string;
                                zh: string;
                            } & {
                                [key: string]: unknown;
                            };
                            blocks: ({
                                heading: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                lines: ({
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                })[];
                            } & {
                                [key: string]: unknown;
                            })[];
                            findings: ({
                                line: number;
                                code: string;
                                where?: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                        } & {
                            [key: string]: unknown;
                        };
                        "text/markdown": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rounds/{round}/model": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The model that a round brought */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    round: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/federations/budget": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What each partner was told about each dataset, and what is left of its budget
         * @description Rounds with noise are counted in epsilon at the delta of the budget; matches and rounds of exact sums as answers, which no epsilon covers.
         */
        get: {
            parameters: {
                query?: {
                    /** @description The id of a member. */
                    partner?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As asked. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            ledgers: ({
                                dataset: string;
                                partner: string;
                                name: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                budget: {
                                    epsilon: number;
                                    delta: number;
                                    count: number;
                                } & {
                                    [key: string]: unknown;
                                };
                                spent: {
                                    epsilon: number;
                                    delta: number;
                                    count: number;
                                    entries: {
                                        [key: string]: number;
                                    };
                                } & {
                                    [key: string]: unknown;
                                };
                                left: {
                                    epsilon: number;
                                    rho: number;
                                    count: number;
                                } & {
                                    [key: string]: unknown;
                                };
                                words: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                entries: ({
                                    words: {
                                        en: string;
                                        zh: string;
                                    } & {
                                        [key: string]: unknown;
                                    };
                                } & {
                                    [key: string]: unknown;
                                })[];
                            } & {
                                [key: string]: unknown;
                            })[];
                            matches: ({
                                partner: string;
                                spent: number;
                                limit: number;
                                days: number;
                            } & {
                                [key: string]: unknown;
                            })[];
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who did what, newest first */
        get: {
            parameters: {
                query?: {
                    /** @description A profile id; entries about any of its records count. */
                    person?: string;
                    /** @description Only entries of these numbers; given once for each. */
                    seq?: number[];
                    actor?: string;
                    /** @description `failed` and `refused` stand for every failure and refusal. */
                    outcome?: string;
                    action?: string;
                    /** @description ISO 8601 or milliseconds since 1970. */
                    since?: string;
                    /** @description Before this time. ISO 8601 or milliseconds since 1970. */
                    until?: string;
                    /** @description `next` of the page before. */
                    before?: number;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            entries: {
                                /** @description Its number, from 0 and without gaps: the index of its leaf. */
                                seq: number;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                                actor: string;
                                action: string;
                                /** @description allowed: a read. attempted, then done or failed:CODE: a change. */
                                outcome: string;
                                /** @description The number that was asked for. */
                                person?: string;
                                fields?: string[];
                                target?: string;
                                purpose?: string;
                                correlationId?: string;
                                policy?: string;
                                /** @description How many refused tries this one entry stands for. */
                                times?: number;
                                /** @description When the first of them was. Milliseconds since 1970. */
                                sinceMs?: number;
                                /** @description The subject was erased; which parts were read is gone with its key. */
                                erased?: boolean;
                                /** @description It does not open: verify the log. */
                                unreadable?: boolean;
                            }[];
                            /** @description Pass it as `before`; absent on the last page. A short page may have one: so much was looked through. */
                            next?: number;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/who-read/{person}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who read or changed one customer
         * @description `actors` sums up everything that fits the filter, `entries` is its newest page. `whole` is false beyond 20,000 entries.
         */
        get: {
            parameters: {
                query?: {
                    actor?: string;
                    /** @description `failed` and `refused` stand for every failure and refusal. */
                    outcome?: string;
                    action?: string;
                    /** @description ISO 8601 or milliseconds since 1970. */
                    since?: string;
                    /** @description Before this time. ISO 8601 or milliseconds since 1970. */
                    until?: string;
                    /** @description `next` of the page before. */
                    before?: number;
                    limit?: number;
                };
                header?: never;
                path: {
                    /** @description A profile id; entries about any of its records count. */
                    person: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            person: string;
                            records: number[];
                            actors: {
                                actor: string;
                                entries: number;
                                /** @description Milliseconds since 1970. */
                                firstAtMs: number;
                                /** @description Milliseconds since 1970. */
                                lastAtMs: number;
                            }[];
                            whole: boolean;
                            entries: {
                                /** @description Its number, from 0 and without gaps: the index of its leaf. */
                                seq: number;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                                actor: string;
                                action: string;
                                /** @description allowed: a read. attempted, then done or failed:CODE: a change. */
                                outcome: string;
                                /** @description The number that was asked for. */
                                person?: string;
                                fields?: string[];
                                target?: string;
                                purpose?: string;
                                correlationId?: string;
                                policy?: string;
                                /** @description How many refused tries this one entry stands for. */
                                times?: number;
                                /** @description When the first of them was. Milliseconds since 1970. */
                                sinceMs?: number;
                                /** @description The subject was erased; which parts were read is gone with its key. */
                                erased?: boolean;
                                /** @description It does not open: verify the log. */
                                unreadable?: boolean;
                            }[];
                            /** @description Pass it as `before`; absent on the last page. A short page may have one: so much was looked through. */
                            next?: number;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/read-by/{actor}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whom one actor read or changed
         * @description `customers` sums up everything that fits the filter, most looks first and at most 1,000; `entries` is its newest page. `whole` is false where the log was not looked through to its end.
         */
        get: {
            parameters: {
                query?: {
                    /** @description `failed` and `refused` stand for every failure and refusal. */
                    outcome?: string;
                    action?: string;
                    /** @description ISO 8601 or milliseconds since 1970. */
                    since?: string;
                    /** @description Before this time. ISO 8601 or milliseconds since 1970. */
                    until?: string;
                    /** @description `next` of the page before. */
                    before?: number;
                    limit?: number;
                };
                header?: never;
                path: {
                    actor: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            actor: string;
                            customers: {
                                person: string;
                                entries: number;
                                /** @description Milliseconds since 1970. */
                                firstAtMs: number;
                                /** @description Milliseconds since 1970. */
                                lastAtMs: number;
                            }[];
                            whole: boolean;
                            entries: {
                                /** @description Its number, from 0 and without gaps: the index of its leaf. */
                                seq: number;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                                actor: string;
                                action: string;
                                /** @description allowed: a read. attempted, then done or failed:CODE: a change. */
                                outcome: string;
                                /** @description The number that was asked for. */
                                person?: string;
                                fields?: string[];
                                target?: string;
                                purpose?: string;
                                correlationId?: string;
                                policy?: string;
                                /** @description How many refused tries this one entry stands for. */
                                times?: number;
                                /** @description When the first of them was. Milliseconds since 1970. */
                                sinceMs?: number;
                                /** @description The subject was erased; which parts were read is gone with its key. */
                                erased?: boolean;
                                /** @description It does not open: verify the log. */
                                unreadable?: boolean;
                            }[];
                            /** @description Pass it as `before`; absent on the last page. A short page may have one: so much was looked through. */
                            next?: number;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/head": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The newest signed head, and how the second sink is */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Entries that it covers. */
                            size: number;
                            /** @description Milliseconds since 1970. */
                            atMs: number;
                            /** @description Hexadecimal. */
                            root: string;
                            /** @description Ed25519 over "holdfast audit head v1\n", size and atMs (8 bytes each, big endian), root. */
                            signature: string;
                            /** @description Hexadecimal. */
                            publicKey: string;
                            sink: {
                                /** @enum {string} */
                                state: "off" | "ok" | "failing";
                                /** @description Milliseconds since 1970. */
                                atMs?: number;
                                size?: number;
                                code?: string;
                            };
                            syslog?: {
                                /** @enum {string} */
                                state: "off" | "ok" | "failing";
                                /** @description Milliseconds since 1970. */
                                atMs?: number;
                                size?: number;
                                code?: string;
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** That an entry is in the log (RFC 9162, 2.1.3) */
        get: {
            parameters: {
                query: {
                    entry: number;
                    /** @description Of the log as it was then; of now without it. */
                    size?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            entry: number;
                            size: number;
                            /** @description What leafHash is the hash of, behind 0x00: version 1, number and time (8 bytes each, big endian), the record, then what is sealed. */
                            leaf: string;
                            /** @description Hexadecimal. */
                            leafHash: string;
                            /** @description Hexadecimal. */
                            root: string;
                            proof: string[];
                            /** @description Where the size is that of the newest head. */
                            head?: {
                                /** @description Entries that it covers. */
                                size?: number;
                                /** @description Milliseconds since 1970. */
                                atMs?: number;
                                /** @description Hexadecimal. */
                                root?: string;
                                /** @description Ed25519 over "holdfast audit head v1\n", size and atMs (8 bytes each, big endian), root. */
                                signature?: string;
                                /** @description Hexadecimal. */
                                publicKey?: string;
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/consistency": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** That the log only grew between two sizes (RFC 9162, 2.1.4) */
        get: {
            parameters: {
                query: {
                    from: number;
                    /** @description Of now without it. */
                    to?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            from: number;
                            to: number;
                            /** @description Hexadecimal. */
                            fromRoot: string;
                            /** @description Hexadecimal. */
                            toRoot: string;
                            proof: string[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The whole log, to be verified offline
         * @description One JSON value a line: the public key, then entries (clear columns, sealed bodies, leaf hash) with each kept head behind the last entry that it covers. It holds no key and nothing of a customer in the clear.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The log. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/x-ndjson": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/cosign": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign a peer's head, if it continues what was signed before
         * @description As C2SP tlog-witness: the log must be of a peer in `auditPeers`, `from` the size that this node signed last (0 the first time), and `proof` the consistency proof from there (`GET /api/audit/consistency` of the peer). 409 names the size to prove from. The signature is a C2SP tlog-cosignature (cosignature/v1) over the checkpoint `holdfast/audit/KEY`, size, root.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        size: number;
                        /** @description Milliseconds since 1970. */
                        atMs: number;
                        /** @description Hexadecimal. */
                        root: string;
                        /** @description Hexadecimal. */
                        signature: string;
                        /** @description Hexadecimal. */
                        publicKey: string;
                        from?: number;
                        proof?: string[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            size: number;
                            /** @description Hexadecimal. */
                            publicKey: string;
                            timeS: number;
                            /** @description Hexadecimal. */
                            signature: string;
                            /** @description The same as a line of a C2SP signed note. */
                            note?: string;
                            /** @description The name in auditPeers. */
                            peer?: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/cosignatures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Peers' signatures over heads of this log, the newest first */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            cosignatures: {
                                size: number;
                                /** @description Hexadecimal. */
                                publicKey: string;
                                timeS: number;
                                /** @description Hexadecimal. */
                                signature: string;
                                /** @description The same as a line of a C2SP signed note. */
                                note?: string;
                                /** @description The name in auditPeers. */
                                peer?: string;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        /** Keep a peer's signature over a head of this log */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        size: number;
                        /** @description Hexadecimal. */
                        publicKey: string;
                        timeS: number;
                        /** @description Hexadecimal. */
                        signature: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            size: number;
                            /** @description Hexadecimal. */
                            publicKey: string;
                            timeS: number;
                            /** @description Hexadecimal. */
                            signature: string;
                            /** @description The same as a line of a C2SP signed note. */
                            note?: string;
                            /** @description The name in auditPeers. */
                            peer?: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/witnessed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Peers' heads that this node signed last
         * @description What a peer can hold its own log against: `holdfast audit verify --head` takes it.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            heads: {
                                /** @description Entries that it covers. */
                                size: number;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                                /** @description Hexadecimal. */
                                root: string;
                                /** @description Ed25519 over "holdfast audit head v1\n", size and atMs (8 bytes each, big endian), root. */
                                signature: string;
                                /** @description Hexadecimal. */
                                publicKey: string;
                                peer?: string;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            actor: string;
                            roles: ("administrator" | "compliance" | "data-scientist" | "marketer" | "supervisor" | "agent" | "auditor")[];
                            /**
                             * @description second_factor_wanted: send a code to /api/session/second-factor. enrolment_wanted: set up a second factor first.
                             * @enum {string}
                             */
                            state?: "signed_in" | "second_factor_wanted" | "enrolment_wanted";
                            person?: {
                                id: number;
                                login: string;
                                name: string;
                                email?: string;
                                roles: ("administrator" | "compliance" | "data-scientist" | "marketer" | "supervisor" | "agent" | "auditor")[];
                                /** @enum {string} */
                                language: "en" | "zh";
                                /** @enum {string} */
                                state: "invited" | "active" | "disabled";
                                secondFactor: boolean;
                                recoveryCodesLeft: number;
                                /** @description Milliseconds since 1970. */
                                createdAtMs: number;
                            };
                            session?: {
                                id: number;
                                /** @description Milliseconds since 1970. */
                                createdAtMs: number;
                                /** @description Milliseconds since 1970. */
                                lastUsedAtMs: number;
                                /** @description Until when dangerous acts are open. */
                                steppedUpUntilMs?: number;
                                address?: string;
                                /** @description What the browser calls itself. */
                                agent?: string;
                                /** @description Of the desktop console, let in from a browser. */
                                desktop?: boolean;
                                /** @description The one that asks. */
                                current?: boolean;
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        /** Sign in with login and password */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        login: string;
                        password: string;
                        /** @description Give the token in the answer, for programs, and set no cookie. */
                        bearer?: boolean;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /**
                             * @description second_factor_wanted: send a code to /api/session/second-factor. enrolment_wanted: set up a second factor first.
                             * @enum {string}
                             */
                            state: "signed_in" | "second_factor_wanted" | "enrolment_wanted";
                            person?: {
                                id: number;
                                login: string;
                                name: string;
                                email?: string;
                                roles: ("administrator" | "compliance" | "data-scientist" | "marketer" | "supervisor" | "agent" | "auditor")[];
                                /** @enum {string} */
                                language: "en" | "zh";
                                /** @enum {string} */
                                state: "invited" | "active" | "disabled";
                                secondFactor: boolean;
                                recoveryCodesLeft: number;
                                /** @description Milliseconds since 1970. */
                                createdAtMs: number;
                            };
                            session?: {
                                id: number;
                                /** @description Milliseconds since 1970. */
                                createdAtMs: number;
                                /** @description Milliseconds since 1970. */
                                lastUsedAtMs: number;
                                /** @description Until when dangerous acts are open. */
                                steppedUpUntilMs?: number;
                                address?: string;
                                /** @description What the browser calls itself. */
                                agent?: string;
                                /** @description Of the desktop console, let in from a browser. */
                                desktop?: boolean;
                                /** @description The one that asks. */
                                current?: boolean;
                            };
                            /** @description Only where `bearer` was asked for. */
                            token?: string;
                        };
                    };
                };
            };
        };
        /** Sign out, here or everywhere */
        delete: {
            parameters: {
                query?: {
                    everywhere?: boolean;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": Record<string, never>;
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The second step of signing in: a code of the app, or a recovery code */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description What the authenticator app shows. */
                        code?: string;
                        recoveryCode?: string;
                        /** @description Give the token in the answer, for programs, and set no cookie. */
                        bearer?: boolean;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /**
                             * @description second_factor_wanted: send a code to /api/session/second-factor. enrolment_wanted: set up a second factor first.
                             * @enum {string}
                             */
                            state: "signed_in" | "second_factor_wanted" | "enrolment_wanted";
                            person?: {
                                id: number;
                                login: string;
                                name: string;
                                email?: string;
                                roles: ("administrator" | "compliance" | "data-scientist" | "marketer" | "supervisor" | "agent" | "auditor")[];
                                /** @enum {string} */
                                language: "en" | "zh";
                                /** @enum {string} */
                                state: "invited" | "active" | "disabled";
                                secondFactor: boolean;
                                recoveryCodesLeft: number;
                                /** @description Milliseconds since 1970. */
                                createdAtMs: number;
                            };
                            session?: {
                                id: number;
                                /** @description Milliseconds since 1970. */
                                createdAtMs: number;
                                /** @description Milliseconds since 1970. */
                                lastUsedAtMs: number;
                                /** @description Until when dangerous acts are open. */
                                steppedUpUntilMs?: number;
                                address?: string;
                                /** @description What the browser calls itself. */
                                agent?: string;
                                /** @description Of the desktop console, let in from a browser. */
                                desktop?: boolean;
                                /** @description The one that asks. */
                                current?: boolean;
                            };
                            /** @description Only where `bearer` was asked for. */
                            token?: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Choose a password with a one-time link, and sign in
         * @description The first administrator also gives `login` and `name`. The link is used up only if the answer is a success.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        link: string;
                        /** @description 15 to 128 characters when it is chosen. */
                        password: string;
                        login?: string;
                        name?: string;
                        email?: string;
                        /** @enum {string} */
                        language?: "en" | "zh";
                        /** @description Give the token in the answer, for programs, and set no cookie. */
                        bearer?: boolean;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /**
                             * @description second_factor_wanted: send a code to /api/session/second-factor. enrolment_wanted: set up a second factor first.
                             * @enum {string}
                             */
                            state: "signed_in" | "second_factor_wanted" | "enrolment_wanted";
                            person?: {
                                id: number;
                                login: string;
                                name: string;
                                email?: string;
                                roles: ("administrator" | "compliance" | "data-scientist" | "marketer" | "supervisor" | "agent" | "auditor")[];
                                /** @enum {string} */
                                language: "en" | "zh";
                                /** @enum {string} */
                                state: "invited" | "active" | "disabled";
                                secondFactor: boolean;
                                recoveryCodesLeft: number;
                                /** @description Milliseconds since 1970. */
                                createdAtMs: number;
                            };
                            session?: {
                                id: number;
                                /** @description Milliseconds since 1970. */
                                createdAtMs: number;
                                /** @description Milliseconds since 1970. */
                                lastUsedAtMs: number;
                                /** @description Until when dangerous acts are open. */
                                steppedUpUntilMs?: number;
                                address?: string;
                                /** @description What the browser calls itself. */
                                agent?: string;
                                /** @description Of the desktop console, let in from a browser. */
                                desktop?: boolean;
                                /** @description The one that asks. */
                                current?: boolean;
                            };
                            /** @description Only where `bearer` was asked for. */
                            token?: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/step-up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Prove again who you are, for what is dangerous
         * @description With one of the three. The session has a new token afterwards.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        password?: string;
                        /** @description What the authenticator app shows. */
                        code?: string;
                        recoveryCode?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            session?: {
                                id: number;
                                /** @description Milliseconds since 1970. */
                                createdAtMs: number;
                                /** @description Milliseconds since 1970. */
                                lastUsedAtMs: number;
                                /** @description Until when dangerous acts are open. */
                                steppedUpUntilMs?: number;
                                address?: string;
                                /** @description What the browser calls itself. */
                                agent?: string;
                                /** @description Of the desktop console, let in from a browser. */
                                desktop?: boolean;
                                /** @description The one that asks. */
                                current?: boolean;
                            };
                            /** @description The new token, where the request came with a bearer token. */
                            token?: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/desktop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let the desktop console on this computer in
         * @description The code counts once and for a minute, for the program alone whose secret the challenge was made from (RFC 7636, S256).
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description SHA-256 of the secret, in base64url. */
                        challenge: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            code: string;
                            /** @description Milliseconds since 1970. */
                            expiresAtMs: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/desktop/exchange": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change the code that a browser was given for a session of the desktop console
         * @description A wrong secret uses the code up.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        code: string;
                        /** @description The secret that the challenge was made from. */
                        verifier: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /**
                             * @description second_factor_wanted: send a code to /api/session/second-factor. enrolment_wanted: set up a second factor first.
                             * @enum {string}
                             */
                            state: "signed_in" | "second_factor_wanted" | "enrolment_wanted";
                            person: {
                                id: number;
                                login: string;
                                name: string;
                                email?: string;
                                roles: ("administrator" | "compliance" | "data-scientist" | "marketer" | "supervisor" | "agent" | "auditor")[];
                                /** @enum {string} */
                                language: "en" | "zh";
                                /** @enum {string} */
                                state: "invited" | "active" | "disabled";
                                secondFactor: boolean;
                                recoveryCodesLeft: number;
                                /** @description Milliseconds since 1970. */
                                createdAtMs: number;
                            };
                            session: {
                                id: number;
                                /** @description Milliseconds since 1970. */
                                createdAtMs: number;
                                /** @description Milliseconds since 1970. */
                                lastUsedAtMs: number;
                                /** @description Until when dangerous acts are open. */
                                steppedUpUntilMs?: number;
                                address?: string;
                                /** @description What the browser calls itself. */
                                agent?: string;
                                /** @description Of the desktop console, let in from a browser. */
                                desktop?: boolean;
                                /** @description The one that asks. */
                                current?: boolean;
                            };
                            /** @description Of the session; shown this once. */
                            token: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/console/enrolment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The code by which a desktop console knows this node
         * @description It holds where the node is and the fingerprint of its TLS key, and nothing secret. The certificate is the one of the body, else that of `publicCertificate` in holdfast.json. A node that is reached over plain HTTP on the same machine needs none.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Where consoles reach the node; `publicUrl`, else where it listens. */
                        addresses?: string[];
                        /** @description PEM, the one that is served first. */
                        certificate?: string;
                    } | null;
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            code: string;
                            addresses: string[];
                            /** @description Over plain HTTP, for consoles on the same machine only. */
                            plain: boolean;
                            /** @description SHA-256 of the key of the certificate, in hexadecimal, all of it. */
                            fingerprint?: string;
                            /** @description When the certificate runs out; the code holds on with a new one of the same key. */
                            expiresAtMs?: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The people who use this node */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            people?: {
                                id: number;
                                login: string;
                                name: string;
                                email?: string;
                                roles: ("administrator" | "compliance" | "data-scientist" | "marketer" | "supervisor" | "agent" | "auditor")[];
                                /** @enum {string} */
                                language: "en" | "zh";
                                /** @enum {string} */
                                state: "invited" | "active" | "disabled";
                                secondFactor: boolean;
                                recoveryCodesLeft: number;
                                /** @description Milliseconds since 1970. */
                                createdAtMs: number;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        /** Invite somebody by a one-time link */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        login: string;
                        name: string;
                        email?: string;
                        roles: ("administrator" | "compliance" | "data-scientist" | "marketer" | "supervisor" | "agent" | "auditor")[];
                        /**
                         * @default en
                         * @enum {string}
                         */
                        language?: "en" | "zh";
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            person?: {
                                id: number;
                                login: string;
                                name: string;
                                email?: string;
                                roles: ("administrator" | "compliance" | "data-scientist" | "marketer" | "supervisor" | "agent" | "auditor")[];
                                /** @enum {string} */
                                language: "en" | "zh";
                                /** @enum {string} */
                                state: "invited" | "active" | "disabled";
                                secondFactor: boolean;
                                recoveryCodesLeft: number;
                                /** @description Milliseconds since 1970. */
                                createdAtMs: number;
                            };
                            /** @description The token is shown this once. Whoever opens it first has the account. */
                            link?: {
                                token: string;
                                /** @enum {string} */
                                kind: "first" | "invite" | "reset";
                                /** @description Milliseconds since 1970. */
                                expiresAtMs: number;
                            };
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/people/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A one-time link for the first administrator */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The token is shown this once. Whoever opens it first has the account. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            token: string;
                            /** @enum {string} */
                            kind: "first" | "invite" | "reset";
                            /** @description Milliseconds since 1970. */
                            expiresAtMs: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/people/{id}/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change somebody's roles; their sessions end */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        roles: ("administrator" | "compliance" | "data-scientist" | "marketer" | "supervisor" | "agent" | "auditor")[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: number;
                            login: string;
                            name: string;
                            email?: string;
                            roles: ("administrator" | "compliance" | "data-scientist" | "marketer" | "supervisor" | "agent" | "auditor")[];
                            /** @enum {string} */
                            language: "en" | "zh";
                            /** @enum {string} */
                            state: "invited" | "active" | "disabled";
                            secondFactor: boolean;
                            recoveryCodesLeft: number;
                            /** @description Milliseconds since 1970. */
                            createdAtMs: number;
                        };
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/people/{id}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Keep somebody out from now on; their sessions end */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: number;
                            login: string;
                            name: string;
                            email?: string;
                            roles: ("administrator" | "compliance" | "data-scientist" | "marketer" | "supervisor" | "agent" | "auditor")[];
                            /** @enum {string} */
                            language: "en" | "zh";
                            /** @enum {string} */
                            state: "invited" | "active" | "disabled";
                            secondFactor: boolean;
                            recoveryCodesLeft: number;
                            /** @description Milliseconds since 1970. */
                            createdAtMs: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/people/{id}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let somebody in again */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: number;
                            login: string;
                            name: string;
                            email?: string;
                            roles: ("administrator" | "compliance" | "data-scientist" | "marketer" | "supervisor" | "agent" | "auditor")[];
                            /** @enum {string} */
                            language: "en" | "zh";
                            /** @enum {string} */
                            state: "invited" | "active" | "disabled";
                            secondFactor: boolean;
                            recoveryCodesLeft: number;
                            /** @description Milliseconds since 1970. */
                            createdAtMs: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/people/{id}/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A one-time link for somebody who forgot their password */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Also takes the second factor away and ends all sessions. */
                        lostPhone?: boolean;
                    } | null;
                };
            };
            responses: {
                /** @description The token is shown this once. Whoever opens it first has the account. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            token: string;
                            /** @enum {string} */
                            kind: "first" | "invite" | "reset";
                            /** @description Milliseconds since 1970. */
                            expiresAtMs: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/people/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change your password; your other sessions end */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        current: string;
                        /** @description 15 to 128 characters when it is chosen. */
                        password: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            session?: {
                                id: number;
                                /** @description Milliseconds since 1970. */
                                createdAtMs: number;
                                /** @description Milliseconds since 1970. */
                                lastUsedAtMs: number;
                                /** @description Until when dangerous acts are open. */
                                steppedUpUntilMs?: number;
                                address?: string;
                                /** @description What the browser calls itself. */
                                agent?: string;
                                /** @description Of the desktop console, let in from a browser. */
                                desktop?: boolean;
                                /** @description The one that asks. */
                                current?: boolean;
                            };
                            /** @description The new token, where the request came with a bearer token. */
                            token?: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/people/me/totp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get a secret for an authenticator app
         * @description It counts once a code of it was confirmed.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            secret?: string;
                            /** @description For a QR code. */
                            uri?: string;
                            /** @description Milliseconds since 1970. */
                            untilMs?: number;
                        };
                    };
                };
            };
        };
        /** Remove your second factor */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            session?: {
                                id: number;
                                /** @description Milliseconds since 1970. */
                                createdAtMs: number;
                                /** @description Milliseconds since 1970. */
                                lastUsedAtMs: number;
                                /** @description Until when dangerous acts are open. */
                                steppedUpUntilMs?: number;
                                address?: string;
                                /** @description What the browser calls itself. */
                                agent?: string;
                                /** @description Of the desktop console, let in from a browser. */
                                desktop?: boolean;
                                /** @description The one that asks. */
                                current?: boolean;
                            };
                            /** @description The new token, where the request came with a bearer token. */
                            token?: string;
                        };
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/people/me/totp/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Confirm the app by its first code; gives the recovery codes, this once */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description What the authenticator app shows. */
                        code: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            session?: {
                                id: number;
                                /** @description Milliseconds since 1970. */
                                createdAtMs: number;
                                /** @description Milliseconds since 1970. */
                                lastUsedAtMs: number;
                                /** @description Until when dangerous acts are open. */
                                steppedUpUntilMs?: number;
                                address?: string;
                                /** @description What the browser calls itself. */
                                agent?: string;
                                /** @description Of the desktop console, let in from a browser. */
                                desktop?: boolean;
                                /** @description The one that asks. */
                                current?: boolean;
                            };
                            /** @description The new token, where the request came with a bearer token. */
                            token?: string;
                            recoveryCodes?: string[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/people/me/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Get ten new recovery codes; the old ones stop working */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            recoveryCodes?: string[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/people/me/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Your own sessions */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            sessions?: {
                                id: number;
                                /** @description Milliseconds since 1970. */
                                createdAtMs: number;
                                /** @description Milliseconds since 1970. */
                                lastUsedAtMs: number;
                                /** @description Until when dangerous acts are open. */
                                steppedUpUntilMs?: number;
                                address?: string;
                                /** @description What the browser calls itself. */
                                agent?: string;
                                /** @description Of the desktop console, let in from a browser. */
                                desktop?: boolean;
                                /** @description The one that asks. */
                                current?: boolean;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/people/me/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End one of your sessions */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": Record<string, never>;
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/policies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The policies in force
         * @description Version 0 are those that a node comes with. Texts are Cedar; each policy says in words what it means.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            version: number;
                            hash: string;
                            /** @description Milliseconds since 1970. */
                            savedAtMs?: number;
                            approvalId?: number;
                            /** @enum {string} */
                            fourEyes: "people" | "always";
                            policies: {
                                id: string;
                                /** @enum {string} */
                                effect: "permit" | "forbid";
                                /** @description In words, as the policy itself says it. */
                                about: {
                                    en: string;
                                    zh: string;
                                };
                                /**
                                 * @description What lifts a refusal.
                                 * @enum {string}
                                 */
                                needs?: "step_up_needed" | "approval_needed";
                                file: string;
                                line: number;
                            }[];
                            files: {
                                name: string;
                                text: string;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/policies/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All versions, newest first */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            versions: {
                                version: number;
                                hash: string;
                                /** @description Milliseconds since 1970. */
                                savedAtMs?: number;
                                approvalId?: number;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/policies/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The texts of one version */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    version: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            version: number;
                            files: {
                                name: string;
                                text: string;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/policies/table": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who may what, role by role
         * @description Worked out from the policies in force, for every action that this document declares by x-access, and for every class of data.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            version: number;
                            actions: {
                                action: string;
                                known: boolean;
                                cells: {
                                    [key: string]: {
                                        /** @enum {string} */
                                        may: "yes" | "purpose" | "two" | "glass" | "no";
                                        purposes?: string[];
                                        /** @description Prove who you are first. */
                                        again?: boolean;
                                    };
                                };
                            }[];
                            classes: {
                                dataClass: string;
                                cells: {
                                    [key: string]: {
                                        /** @enum {string} */
                                        view: "clear" | "pseudonym" | "masked" | "hidden";
                                        purposes?: {
                                            [key: string]: "clear" | "pseudonym" | "masked" | "hidden";
                                        };
                                        /** @enum {string} */
                                        glass?: "clear" | "pseudonym" | "masked" | "hidden";
                                    };
                                };
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/policies/case": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether a role may do something, and which policies say so
         * @description A made-up question to the policies in force: nobody acts, nothing is read. With `dataClass`, how values of that class are shown as well.
         */
        get: {
            parameters: {
                query: {
                    /** @description Nobody in particular when absent. */
                    role?: "administrator" | "compliance" | "data-scientist" | "marketer" | "supervisor" | "agent" | "auditor" | "operator";
                    action: string;
                    purpose?: string;
                    consent?: "allowed" | "denied" | "unasked";
                    /** @description They have just proved who they are. */
                    steppedUp?: boolean;
                    /** @description Somebody else approved this very act. */
                    approved?: boolean;
                    /** @description They broke the glass. */
                    breakGlass?: boolean;
                    dataClass?: "name" | "phone" | "email" | "address" | "national-id" | "bank-card" | "birth-date" | "device" | "free-text" | "other";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            allowed: boolean;
                            /** @description Whether any policy can speak of the action; otherwise it is the operator’s alone. */
                            known: boolean;
                            /**
                             * @description What would turn the refusal into a yes.
                             * @enum {string}
                             */
                            needs?: "step_up_needed" | "approval_needed";
                            /**
                             * @description How values of the class are shown.
                             * @enum {string}
                             */
                            view?: "clear" | "pseudonym" | "masked" | "hidden";
                            /** @description Those that decided; none where none says anything. */
                            policies: {
                                id: string;
                                /** @enum {string} */
                                effect: "permit" | "forbid";
                                /** @description In words, as the policy itself says it. */
                                about: {
                                    en: string;
                                    zh: string;
                                };
                                /**
                                 * @description What lifts a refusal.
                                 * @enum {string}
                                 */
                                needs?: "step_up_needed" | "approval_needed";
                                file: string;
                                line: number;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/policies/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Whether a set of policies could be put in force */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description The whole set: a file that is left out is gone. */
                        files: {
                            name: string;
                            text: string;
                        }[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            ok: boolean;
                            flaws: {
                                file: string;
                                line: number;
                                reason: string;
                                place: string;
                            }[];
                            hash?: string;
                            policies?: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/actions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What you may do
         * @description Every action (x-access of this document, and the kinds of acts that are proposed) that policies let you do. `purpose`: for the purposes named, given as x-purpose; `two`: once a second person approves; `glass`: while the glass is broken. `again`: prove who you are first. `purposes`: what each declared purpose is called and by which ways customers are reached for it, for whoever has to choose or read one; how many customers it may be used for is not said here.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            purposes: {
                                purpose: string;
                                name: {
                                    en: string;
                                    zh: string;
                                };
                                channels: string[];
                            }[];
                            actions: {
                                [key: string]: {
                                    /** @enum {string} */
                                    may: "yes" | "purpose" | "two" | "glass";
                                    purposes?: string[];
                                    again?: boolean;
                                };
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/approvals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Acts that were proposed, newest first */
        get: {
            parameters: {
                query?: {
                    state?: "waiting" | "approved" | "running" | "done" | "failed" | "rejected" | "lapsed" | "interrupted";
                    /** @description Go on before this one. */
                    before?: number;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            approvals: {
                                id: number;
                                kind: string;
                                name: {
                                    en: string;
                                    zh: string;
                                };
                                description: {
                                    en: string;
                                    zh: string;
                                };
                                /** @enum {string} */
                                state: "waiting" | "approved" | "running" | "done" | "failed" | "rejected" | "lapsed" | "interrupted";
                                proposedBy: string;
                                reason: string;
                                /** @description Milliseconds since 1970. */
                                proposedAtMs: number;
                                /** @description Milliseconds since 1970. */
                                expiresAtMs: number;
                                decidedBy?: string;
                                /** @description Milliseconds since 1970. */
                                decidedAtMs?: number;
                                remark?: string;
                                /** @description Milliseconds since 1970. */
                                endedAtMs?: number;
                                /** @description What came of it. */
                                result?: unknown;
                                /** @description The code of the fault that it ended in. */
                                failure?: string;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Propose an act that two people do together
         * @description Where policies ask for no second person it runs at once, and the answer says what came of it.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Such as policy.change or keys.rotate. */
                        kind: string;
                        payload?: {
                            [key: string]: unknown;
                        };
                        /** @description Shown to whoever decides. */
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description The approval as it is now. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: number;
                            kind: string;
                            name: {
                                en: string;
                                zh: string;
                            };
                            description: {
                                en: string;
                                zh: string;
                            };
                            /** @enum {string} */
                            state: "waiting" | "approved" | "running" | "done" | "failed" | "rejected" | "lapsed" | "interrupted";
                            proposedBy: string;
                            reason: string;
                            /** @description Milliseconds since 1970. */
                            proposedAtMs: number;
                            /** @description Milliseconds since 1970. */
                            expiresAtMs: number;
                            decidedBy?: string;
                            /** @description Milliseconds since 1970. */
                            decidedAtMs?: number;
                            remark?: string;
                            /** @description Milliseconds since 1970. */
                            endedAtMs?: number;
                            /** @description What came of it. */
                            result?: unknown;
                            /** @description The code of the fault that it ended in. */
                            failure?: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/approvals/{approvalId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One act that was proposed, with all that would be done */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    approvalId: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The approval as it is now. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: number;
                            kind: string;
                            name: {
                                en: string;
                                zh: string;
                            };
                            description: {
                                en: string;
                                zh: string;
                            };
                            /** @enum {string} */
                            state: "waiting" | "approved" | "running" | "done" | "failed" | "rejected" | "lapsed" | "interrupted";
                            proposedBy: string;
                            reason: string;
                            /** @description Milliseconds since 1970. */
                            proposedAtMs: number;
                            /** @description Milliseconds since 1970. */
                            expiresAtMs: number;
                            decidedBy?: string;
                            /** @description Milliseconds since 1970. */
                            decidedAtMs?: number;
                            remark?: string;
                            /** @description Milliseconds since 1970. */
                            endedAtMs?: number;
                            /** @description What came of it. */
                            result?: unknown;
                            /** @description The code of the fault that it ended in. */
                            failure?: string;
                            /** @description What was proposed, as the act reads it. */
                            payload: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/approvals/{approvalId}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Approve an act, which then runs once
         * @description Never by who proposed it.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    approvalId: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Kept with the approval. */
                        remark?: string;
                    };
                };
            };
            responses: {
                /** @description The approval as it is now. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: number;
                            kind: string;
                            name: {
                                en: string;
                                zh: string;
                            };
                            description: {
                                en: string;
                                zh: string;
                            };
                            /** @enum {string} */
                            state: "waiting" | "approved" | "running" | "done" | "failed" | "rejected" | "lapsed" | "interrupted";
                            proposedBy: string;
                            reason: string;
                            /** @description Milliseconds since 1970. */
                            proposedAtMs: number;
                            /** @description Milliseconds since 1970. */
                            expiresAtMs: number;
                            decidedBy?: string;
                            /** @description Milliseconds since 1970. */
                            decidedAtMs?: number;
                            remark?: string;
                            /** @description Milliseconds since 1970. */
                            endedAtMs?: number;
                            /** @description What came of it. */
                            result?: unknown;
                            /** @description The code of the fault that it ended in. */
                            failure?: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/approvals/{approvalId}/reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reject an act, or take back what one proposed
         * @description It does not run.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    approvalId: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Kept with the approval. */
                        remark?: string;
                    };
                };
            };
            responses: {
                /** @description The approval as it is now. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: number;
                            kind: string;
                            name: {
                                en: string;
                                zh: string;
                            };
                            description: {
                                en: string;
                                zh: string;
                            };
                            /** @enum {string} */
                            state: "waiting" | "approved" | "running" | "done" | "failed" | "rejected" | "lapsed" | "interrupted";
                            proposedBy: string;
                            reason: string;
                            /** @description Milliseconds since 1970. */
                            proposedAtMs: number;
                            /** @description Milliseconds since 1970. */
                            expiresAtMs: number;
                            decidedBy?: string;
                            /** @description Milliseconds since 1970. */
                            decidedAtMs?: number;
                            remark?: string;
                            /** @description Milliseconds since 1970. */
                            endedAtMs?: number;
                            /** @description What came of it. */
                            result?: unknown;
                            /** @description The code of the fault that it ended in. */
                            failure?: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/break-glass": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who broke the glass, when and why, newest first */
        get: {
            parameters: {
                query?: {
                    /** @description Only those that nobody has reviewed. */
                    open?: boolean;
                    /** @description Go on before this one. */
                    before?: number;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            alarms: {
                                id: number;
                                actor: string;
                                roles: string[];
                                reason: string;
                                /** @description Milliseconds since 1970. */
                                begunAtMs: number;
                                /** @description Milliseconds since 1970. */
                                untilMs: number;
                                review?: {
                                    by: string;
                                    /** @enum {string} */
                                    verdict: "justified" | "not justified";
                                    remark?: string;
                                    /** @description Milliseconds since 1970. */
                                    atMs: number;
                                };
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * See customers in the clear for a while
         * @description Raises an alarm that somebody else must review.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Shown to whoever reviews it. */
                        reason: string;
                        minutes: number;
                    };
                };
            };
            responses: {
                /** @description The alarm as it is now. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: number;
                            actor: string;
                            roles: string[];
                            reason: string;
                            /** @description Milliseconds since 1970. */
                            begunAtMs: number;
                            /** @description Milliseconds since 1970. */
                            untilMs: number;
                            review?: {
                                by: string;
                                /** @enum {string} */
                                verdict: "justified" | "not justified";
                                remark?: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                            };
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/break-glass/{glassId}/review": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Close an alarm with a verdict
         * @description Never by whom it is about. Where the time is not over, it ends.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    glassId: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        verdict: "justified" | "not justified";
                        /** @description Kept with the alarm. */
                        remark?: string;
                    };
                };
            };
            responses: {
                /** @description The alarm as it is now. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: number;
                            actor: string;
                            roles: string[];
                            reason: string;
                            /** @description Milliseconds since 1970. */
                            begunAtMs: number;
                            /** @description Milliseconds since 1970. */
                            untilMs: number;
                            review?: {
                                by: string;
                                /** @enum {string} */
                                verdict: "justified" | "not justified";
                                remark?: string;
                                /** @description Milliseconds since 1970. */
                                atMs: number;
                            };
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/profiles/{id}/unmask": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * One value of one person in the clear, with a reason
         * @description The reason is kept in the audit log, sealed with the key of the person. Other answers stay masked.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description A profile id. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description A trait, or a kind of identifier. */
                        field: string;
                        /** @description Why it is needed. */
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id?: string;
                            field?: string;
                            /** @enum {string} */
                            dataClass?: "name" | "phone" | "email" | "address" | "national-id" | "bank-card" | "birth-date" | "device" | "free-text" | "other";
                            values: unknown[];
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Tokens in place of values, of the same shape, for an export
         * @description Digits are replaced by FF1 (NIST SP 800-38G), everything else stays; each purpose has tokens of its own.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description What the export is for. */
                        purpose: string;
                        /** @enum {string} */
                        dataClass: "name" | "phone" | "email" | "address" | "national-id" | "bank-card" | "birth-date" | "device" | "free-text" | "other";
                        values: string[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            tokens: string[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tokens/reveal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The value that a token of an export stands for */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description What the export is for. */
                        purpose: string;
                        /** @enum {string} */
                        dataClass: "name" | "phone" | "email" | "address" | "national-id" | "bank-card" | "birth-date" | "device" | "free-text" | "other";
                        /** @description As it was exported. */
                        token: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            value: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the API keys */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            keys: {
                                id: number;
                                name: string;
                                /** @enum {string} */
                                scope: "api" | "directory" | "metrics";
                                roles: ("administrator" | "compliance" | "data-scientist" | "marketer" | "supervisor" | "agent" | "auditor")[];
                                /** @description The only sources it may touch; all when absent. */
                                sources?: number[];
                                /** @description As the audit log names them. */
                                madeBy: string;
                                /** @description Milliseconds since 1970. */
                                createdAtMs: number;
                                /** @description Milliseconds since 1970. */
                                keyMadeAtMs: number;
                                /** @description Until when the token before the last one is still taken. */
                                previousKeyUntilMs?: number;
                                /** @description Milliseconds since 1970. */
                                expiresAtMs: number;
                                /** @description Milliseconds since 1970. */
                                revokedAtMs?: number;
                                /** @description To the minute. */
                                lastUsedAtMs?: number;
                                /** @enum {string} */
                                state: "valid" | "expired" | "revoked";
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        /** Make an API key */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                        /**
                         * @description `directory` for the system that provisions people (SCIM): no roles, and nothing but /scim. `api` by default.
                         * @enum {string}
                         */
                        scope?: "api" | "directory" | "metrics";
                        roles: ("administrator" | "compliance" | "data-scientist" | "marketer" | "supervisor" | "agent" | "auditor")[];
                        sources?: number[];
                        /** @description Milliseconds since 1970, two years from now at most. */
                        expiresAtMs: number;
                    };
                };
            };
            responses: {
                /** @description The token is shown this once and kept nowhere in the clear. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            key: {
                                id: number;
                                name: string;
                                /** @enum {string} */
                                scope: "api" | "directory" | "metrics";
                                roles: ("administrator" | "compliance" | "data-scientist" | "marketer" | "supervisor" | "agent" | "auditor")[];
                                /** @description The only sources it may touch; all when absent. */
                                sources?: number[];
                                /** @description As the audit log names them. */
                                madeBy: string;
                                /** @description Milliseconds since 1970. */
                                createdAtMs: number;
                                /** @description Milliseconds since 1970. */
                                keyMadeAtMs: number;
                                /** @description Until when the token before the last one is still taken. */
                                previousKeyUntilMs?: number;
                                /** @description Milliseconds since 1970. */
                                expiresAtMs: number;
                                /** @description Milliseconds since 1970. */
                                revokedAtMs?: number;
                                /** @description To the minute. */
                                lastUsedAtMs?: number;
                                /** @enum {string} */
                                state: "valid" | "expired" | "revoked";
                            };
                            token: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/api-keys/{id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give an API key a new token */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description How long the old token is still taken; 0 by default. */
                        keepPreviousHours?: number;
                        /** @description Milliseconds since 1970, two years from now at most. The old date stays when absent. */
                        expiresAtMs?: number;
                    } | null;
                };
            };
            responses: {
                /** @description The token is shown this once and kept nowhere in the clear. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            key: {
                                id: number;
                                name: string;
                                /** @enum {string} */
                                scope: "api" | "directory" | "metrics";
                                roles: ("administrator" | "compliance" | "data-scientist" | "marketer" | "supervisor" | "agent" | "auditor")[];
                                /** @description The only sources it may touch; all when absent. */
                                sources?: number[];
                                /** @description As the audit log names them. */
                                madeBy: string;
                                /** @description Milliseconds since 1970. */
                                createdAtMs: number;
                                /** @description Milliseconds since 1970. */
                                keyMadeAtMs: number;
                                /** @description Until when the token before the last one is still taken. */
                                previousKeyUntilMs?: number;
                                /** @description Milliseconds since 1970. */
                                expiresAtMs: number;
                                /** @description Milliseconds since 1970. */
                                revokedAtMs?: number;
                                /** @description To the minute. */
                                lastUsedAtMs?: number;
                                /** @enum {string} */
                                state: "valid" | "expired" | "revoked";
                            };
                            token: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/api-keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Refuse an API key from now on, for good */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: number;
                            name: string;
                            /** @enum {string} */
                            scope: "api" | "directory" | "metrics";
                            roles: ("administrator" | "compliance" | "data-scientist" | "marketer" | "supervisor" | "agent" | "auditor")[];
                            /** @description The only sources it may touch; all when absent. */
                            sources?: number[];
                            /** @description As the audit log names them. */
                            madeBy: string;
                            /** @description Milliseconds since 1970. */
                            createdAtMs: number;
                            /** @description Milliseconds since 1970. */
                            keyMadeAtMs: number;
                            /** @description Until when the token before the last one is still taken. */
                            previousKeyUntilMs?: number;
                            /** @description Milliseconds since 1970. */
                            expiresAtMs: number;
                            /** @description Milliseconds since 1970. */
                            revokedAtMs?: number;
                            /** @description To the minute. */
                            lastUsedAtMs?: number;
                            /** @enum {string} */
                            state: "valid" | "expired" | "revoked";
                        };
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/matches/files/{file}/parts/{part}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Send the next part
         * @description The body is bytes of the file as text/csv, cut anywhere, at most 8388608. The latest part may be sent again.
         */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    file: string;
                    part: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            parts: number;
                            sizeBytes: number;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/federations/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check a transcript of a match or a round
         * @description The body is the file. Signatures, order, who took part, budgets, and of a round each sum and the model, which is worked out again; the same as `holdfast federation verify`. With the founder's fingerprint, as it was compared by telephone, it shows who signed; without it the file vouches for itself alone. Nothing is kept.
         */
        post: {
            parameters: {
                query?: {
                    /** @description Forty digits, in any groups. */
                    founder?: string;
                    /** @description IANA, for times; UTC when absent. */
                    zone?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What was found, line by line, and in words what was checked and what no check can show. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            of: "match" | "round";
                            holds: boolean;
                            findings: ({
                                line: number;
                                code: string;
                                message: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                where?: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            /** @description Findings beyond those that are named. */
                            more: number;
                            blocks: ({
                                heading: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                lines: ({
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                })[];
                            } & {
                                [key: string]: unknown;
                            })[];
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/ways": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which ways there are to sign in beside a password */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description The organisation's own, by OpenID Connect. */
                            provider: boolean;
                            /** @description The node has a DNS name that they are bound to. */
                            passkeys: boolean;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/oidc/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to sign in by the organisation's provider
         * @description Send the browser to `url`. It comes back by the callback, signed in.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description The provider is to see the person again, for dangerous acts. */
                        stepUp?: boolean;
                    } | null;
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            url: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/oidc/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where the organisation's provider sends the browser back to */
        get: {
            parameters: {
                query?: {
                    code?: string;
                    state?: string;
                    iss?: string;
                    error?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Signed in; the page leads on. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/html": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/passkey/challenge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a passkey is to sign, to sign in or step up */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": Record<string, never> | null;
                };
            };
            responses: {
                /** @description As `navigator.credentials.get` and `create` take it, in JSON. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/passkey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign in by a passkey, or give it as the second factor after a password */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        credential: {
                            id: string;
                        } & {
                            [key: string]: unknown;
                        };
                        /** @description Give the token in the answer, for programs, and set no cookie. */
                        bearer?: boolean;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /**
                             * @description second_factor_wanted: send a code to /api/session/second-factor. enrolment_wanted: set up a second factor first.
                             * @enum {string}
                             */
                            state: "signed_in" | "second_factor_wanted" | "enrolment_wanted";
                            person?: {
                                id: number;
                                login: string;
                                name: string;
                                email?: string;
                                roles: ("administrator" | "compliance" | "data-scientist" | "marketer" | "supervisor" | "agent" | "auditor")[];
                                /** @enum {string} */
                                language: "en" | "zh";
                                /** @enum {string} */
                                state: "invited" | "active" | "disabled";
                                secondFactor: boolean;
                                recoveryCodesLeft: number;
                                /** @description Milliseconds since 1970. */
                                createdAtMs: number;
                            };
                            session?: {
                                id: number;
                                /** @description Milliseconds since 1970. */
                                createdAtMs: number;
                                /** @description Milliseconds since 1970. */
                                lastUsedAtMs: number;
                                /** @description Until when dangerous acts are open. */
                                steppedUpUntilMs?: number;
                                address?: string;
                                /** @description What the browser calls itself. */
                                agent?: string;
                                /** @description Of the desktop console, let in from a browser. */
                                desktop?: boolean;
                                /** @description The one that asks. */
                                current?: boolean;
                            };
                            /** @description Only where `bearer` was asked for. */
                            token?: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/passkey/step-up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Prove again who you are by a passkey */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        credential: {
                            id: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            session?: {
                                id: number;
                                /** @description Milliseconds since 1970. */
                                createdAtMs: number;
                                /** @description Milliseconds since 1970. */
                                lastUsedAtMs: number;
                                /** @description Until when dangerous acts are open. */
                                steppedUpUntilMs?: number;
                                address?: string;
                                /** @description What the browser calls itself. */
                                agent?: string;
                                /** @description Of the desktop console, let in from a browser. */
                                desktop?: boolean;
                                /** @description The one that asks. */
                                current?: boolean;
                            };
                            /** @description The new token, where the request came with a bearer token. */
                            token?: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/account/passkeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Your own passkeys */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Whether the node has a DNS name that passkeys can be bound to. */
                            available: boolean;
                            passkeys: {
                                id: number;
                                name: string;
                                createdAtMs: number;
                                lastUsedAtMs?: number;
                                /** @description The maker of the device keeps a copy of it. */
                                backedUp: boolean;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        /** Add a passkey that your device has made */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        credential: {
                            id: string;
                        } & {
                            [key: string]: unknown;
                        };
                        name: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: number;
                            name: string;
                            createdAtMs: number;
                            lastUsedAtMs?: number;
                            /** @description The maker of the device keeps a copy of it. */
                            backedUp: boolean;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/account/passkeys/challenge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a device is to make a passkey for */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As `navigator.credentials.get` and `create` take it, in JSON. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/account/passkeys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove one of your passkeys */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": Record<string, never>;
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/seal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the node is sealed, and how many recovery shares open it */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            sealed: boolean;
                            /** @description The recovery shares that open the node; absent when there are none. */
                            shares?: {
                                /** @description How many of them open the node. */
                                needed: number;
                                of: number;
                            };
                            /** @description Shares that were shown and wait to be typed back. */
                            waiting?: {
                                /** @description How many of them open the node. */
                                needed: number;
                                of: number;
                                untilMs: number;
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        /** Seal the node: all keys leave memory */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            sealed: boolean;
                            /** @description The recovery shares that open the node; absent when there are none. */
                            shares?: {
                                /** @description How many of them open the node. */
                                needed: number;
                                of: number;
                            };
                            /** @description Shares that were shown and wait to be typed back. */
                            waiting?: {
                                /** @description How many of them open the node. */
                                needed: number;
                                of: number;
                                untilMs: number;
                            };
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/unseal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Unseal the node with the passphrase or with enough recovery shares */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        passphrase?: string;
                        shares?: string[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            sealed: boolean;
                            /** @description The recovery shares that open the node; absent when there are none. */
                            shares?: {
                                /** @description How many of them open the node. */
                                needed: number;
                                of: number;
                            };
                            /** @description Shares that were shown and wait to be typed back. */
                            waiting?: {
                                /** @description How many of them open the node. */
                                needed: number;
                                of: number;
                                untilMs: number;
                            };
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/keys/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate keys in the background
         * @description wrapping: a new key over all record keys. data: a new key for every record, its rows sealed anew.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        kind: "wrapping" | "data";
                    };
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            kind?: "wrapping" | "data";
                            /** @enum {string} */
                            state?: "running" | "done" | "failed" | "none";
                            done?: number;
                            total?: number;
                            by?: string;
                            startedAtMs?: number;
                            endedAtMs?: number;
                            code?: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/keys/rotation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far the latest rotation is */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            kind?: "wrapping" | "data";
                            /** @enum {string} */
                            state?: "running" | "done" | "failed" | "none";
                            done?: number;
                            total?: number;
                            by?: string;
                            startedAtMs?: number;
                            endedAtMs?: number;
                            code?: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/keys/shares": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make recovery shares, shown this once; they count once enough of them were typed back */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        passphrase: string;
                        needed: number;
                        of: number;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            shares: string[];
                            /** @description Until when they may be typed back. */
                            untilMs: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/keys/shares/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Type recovery shares back: from now on they open the node, and those made before no longer do */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        shares: string[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description The recovery shares that open the node; absent when there are none. */
                            shares?: {
                                /** @description How many of them open the node. */
                                needed: number;
                                of: number;
                            };
                            /** @description Shares that were shown and wait to be typed back. */
                            waiting?: {
                                /** @description How many of them open the node. */
                                needed: number;
                                of: number;
                                untilMs: number;
                            };
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/doctor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is amiss with the node, and what to do
         * @description The structure of the store is looked at beside the answers, some minutes after the start and daily; the answer has the last look and its time. With `fresh` or `deep` it is looked at now, which takes minutes where there is much; one look runs at a time.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Look at the structure now. */
                    fresh?: boolean;
                    /** @description Now, reading every page and comparing every index. */
                    deep?: boolean;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            findings: {
                                /** @enum {string} */
                                severity: "ok" | "warning" | "error";
                                /** @description For programs; it stays the same. */
                                check: string;
                                name: {
                                    en: string;
                                    zh: string;
                                };
                                message: {
                                    en: string;
                                    zh: string;
                                };
                                /** @description What to do about it; of everything that is not in order. */
                                next?: {
                                    en: string;
                                    zh: string;
                                };
                            }[];
                            structure: {
                                /** @description When the look ended that is told of; absent before the first. */
                                lookedAtMs?: number;
                                deep?: boolean;
                                /** @description One is under way. */
                                looking: boolean;
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/figures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the node held and how it was, by hour or day */
        get: {
            parameters: {
                query: {
                    /** @description Milliseconds since 1970. */
                    since: number;
                    step?: "hour" | "day";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            stepMs: number;
                            figures: {
                                /** @enum {string} */
                                name: "events" | "records" | "customers" | "reviews" | "quarantined" | "segments" | "models" | "federations" | "matches" | "rounds" | "alarms" | "memoryMb" | "loopDelayMs" | "diskFreeMb";
                                /**
                                 * @description `last` of what is there, `most` of what hurts at its worst, `total` of what only grows.
                                 * @enum {string}
                                 */
                                kind: "total" | "last" | "most";
                                points: {
                                    atMs: number;
                                    value: number;
                                }[];
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/backups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How backups stand: where to, how often, the newest, what runs, and the latest restore that was tried out */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Absent: no place is set. */
                            target?: string;
                            /** @description Absent: only when asked. */
                            everyMinutes?: number;
                            keep: {
                                last: number;
                                daily: number;
                                weekly: number;
                                monthly: number;
                            };
                            nextAtMs?: number;
                            job?: {
                                /** @enum {string} */
                                kind: "backup" | "verify" | "prune";
                                /** @enum {string} */
                                state: "waiting" | "running" | "done" | "failed" | "cancelled";
                                by: string;
                                startedAtMs: number;
                                endedAtMs?: number;
                                doneBytes: number;
                                totalBytes?: number;
                                addedBytes?: number;
                                snapshot?: string;
                                verified?: {
                                    snapshots: number;
                                    chunks: number;
                                    bytes: number;
                                    damaged: {
                                        object: string;
                                        snapshots: string[];
                                    }[];
                                };
                                pruned?: {
                                    snapshots: number;
                                    chunks: number;
                                    bytes: number;
                                    kept: number;
                                };
                                /** @description Of the fault that it failed with. */
                                code?: string;
                                where?: string;
                            };
                            last?: {
                                id: string;
                                atMs: number;
                                /** @description Of the data. */
                                sizeBytes: number;
                                /** @description What it took in the target beside what was there. */
                                addedBytes: number;
                                tookMs: number;
                            };
                            failed?: {
                                atMs: number;
                                kind: string;
                                code: string;
                                where?: string;
                            };
                            verified?: {
                                atMs: number;
                                snapshots: number;
                                chunks: number;
                                damaged: number;
                            };
                            /** @description The latest "holdfast restore --test". */
                            test?: {
                                atMs: number;
                                ok: boolean;
                                snapshot: string;
                                snapshotAtMs: number;
                                tookMs: number;
                                entries?: number;
                                records?: number;
                                code?: string;
                                where?: string;
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/backups/snapshots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Snapshots in the target, oldest first */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            snapshots: {
                                id: string;
                                /** @description Everything acknowledged before is in it. */
                                atMs?: number;
                                /** @enum {string} */
                                engine?: "sqlite" | "postgres";
                                /** @description The version that made it. */
                                software?: string;
                                /** @description Of the data. */
                                sizeBytes?: number;
                                /** @description What it took in the target beside what was there. */
                                addedBytes?: number;
                                /** @description It cannot be read. */
                                damaged?: boolean;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/backups/work": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begin a backup, or the verifying or pruning of what is there */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        kind: "backup" | "verify" | "prune";
                    };
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            kind: "backup" | "verify" | "prune";
                            /** @enum {string} */
                            state: "waiting" | "running" | "done" | "failed" | "cancelled";
                            by: string;
                            startedAtMs: number;
                            endedAtMs?: number;
                            doneBytes: number;
                            totalBytes?: number;
                            addedBytes?: number;
                            snapshot?: string;
                            verified?: {
                                snapshots: number;
                                chunks: number;
                                bytes: number;
                                damaged: {
                                    object: string;
                                    snapshots: string[];
                                }[];
                            };
                            pruned?: {
                                snapshots: number;
                                chunks: number;
                                bytes: number;
                                kept: number;
                            };
                            /** @description Of the fault that it failed with. */
                            code?: string;
                            where?: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/backups/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel what runs; earlier snapshots stay whole */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            kind: "backup" | "verify" | "prune";
                            /** @enum {string} */
                            state: "waiting" | "running" | "done" | "failed" | "cancelled";
                            by: string;
                            startedAtMs: number;
                            endedAtMs?: number;
                            doneBytes: number;
                            totalBytes?: number;
                            addedBytes?: number;
                            snapshot?: string;
                            verified?: {
                                snapshots: number;
                                chunks: number;
                                bytes: number;
                                damaged: {
                                    object: string;
                                    snapshots: string[];
                                }[];
                            };
                            pruned?: {
                                snapshots: number;
                                chunks: number;
                                bytes: number;
                                kept: number;
                            };
                            /** @description Of the fault that it failed with. */
                            code?: string;
                            where?: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All work in the background that whoever asks may know of
         * @description What runs and waits first, then what has ended, the latest first. Heavy work waits until a place is free: `places`.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            jobs: {
                                id: string;
                                kind: string;
                                what: {
                                    en: string;
                                    zh: string;
                                };
                                /** @description What it is about where that has a page of its own: a model, a match. */
                                subject?: string;
                                /** @enum {string} */
                                state: "waiting" | "running" | "done" | "failed" | "cancelled";
                                done?: number;
                                /** @description Of `done`, in whatever it counts. Absent: not known yet. */
                                total?: number;
                                etaMs?: number;
                                /** @description `system` for what the node began itself. */
                                by?: string;
                                /** @description When it was asked for. */
                                atMs?: number;
                                endedAtMs?: number;
                                /** @description Of the fault that it ended in, or that holds it up. */
                                code?: string;
                                where?: string;
                                /** @description What the code means. */
                                said?: {
                                    message: {
                                        en: string;
                                        zh: string;
                                    };
                                    next: {
                                        en: string;
                                        zh: string;
                                    };
                                };
                                /** @description What came of it, or the step that it is at. */
                                how?: {
                                    en: string;
                                    zh: string;
                                };
                                /** @description After a stop or a kill it goes on by itself; else it is listed as failed then. */
                                resumes: boolean;
                                /**
                                 * @description Whether whoever asks may break it off. Absent: it cannot be.
                                 * @enum {string}
                                 */
                                cancel?: "yes" | "approval" | "no";
                                /**
                                 * @description Whether whoever asks may begin it again. `approval`: by proposing it anew. Absent: it goes on by itself.
                                 * @enum {string}
                                 */
                                retry?: "yes" | "approval" | "no";
                            }[];
                            places: {
                                /** @description Pieces of heavy work beside one another: "jobs.atOnce". */
                                atOnce: number;
                                running: number;
                                waiting: number;
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One piece of work in the background */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            kind: string;
                            what: {
                                en: string;
                                zh: string;
                            };
                            /** @description What it is about where that has a page of its own: a model, a match. */
                            subject?: string;
                            /** @enum {string} */
                            state: "waiting" | "running" | "done" | "failed" | "cancelled";
                            done?: number;
                            /** @description Of `done`, in whatever it counts. Absent: not known yet. */
                            total?: number;
                            etaMs?: number;
                            /** @description `system` for what the node began itself. */
                            by?: string;
                            /** @description When it was asked for. */
                            atMs?: number;
                            endedAtMs?: number;
                            /** @description Of the fault that it ended in, or that holds it up. */
                            code?: string;
                            where?: string;
                            /** @description What the code means. */
                            said?: {
                                message: {
                                    en: string;
                                    zh: string;
                                };
                                next: {
                                    en: string;
                                    zh: string;
                                };
                            };
                            /** @description What came of it, or the step that it is at. */
                            how?: {
                                en: string;
                                zh: string;
                            };
                            /** @description After a stop or a kill it goes on by itself; else it is listed as failed then. */
                            resumes: boolean;
                            /**
                             * @description Whether whoever asks may break it off. Absent: it cannot be.
                             * @enum {string}
                             */
                            cancel?: "yes" | "approval" | "no";
                            /**
                             * @description Whether whoever asks may begin it again. `approval`: by proposing it anew. Absent: it goes on by itself.
                             * @enum {string}
                             */
                            retry?: "yes" | "approval" | "no";
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Break one off */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            kind: string;
                            what: {
                                en: string;
                                zh: string;
                            };
                            /** @description What it is about where that has a page of its own: a model, a match. */
                            subject?: string;
                            /** @enum {string} */
                            state: "waiting" | "running" | "done" | "failed" | "cancelled";
                            done?: number;
                            /** @description Of `done`, in whatever it counts. Absent: not known yet. */
                            total?: number;
                            etaMs?: number;
                            /** @description `system` for what the node began itself. */
                            by?: string;
                            /** @description When it was asked for. */
                            atMs?: number;
                            endedAtMs?: number;
                            /** @description Of the fault that it ended in, or that holds it up. */
                            code?: string;
                            where?: string;
                            /** @description What the code means. */
                            said?: {
                                message: {
                                    en: string;
                                    zh: string;
                                };
                                next: {
                                    en: string;
                                    zh: string;
                                };
                            };
                            /** @description What came of it, or the step that it is at. */
                            how?: {
                                en: string;
                                zh: string;
                            };
                            /** @description After a stop or a kill it goes on by itself; else it is listed as failed then. */
                            resumes: boolean;
                            /**
                             * @description Whether whoever asks may break it off. Absent: it cannot be.
                             * @enum {string}
                             */
                            cancel?: "yes" | "approval" | "no";
                            /**
                             * @description Whether whoever asks may begin it again. `approval`: by proposing it anew. Absent: it goes on by itself.
                             * @enum {string}
                             */
                            retry?: "yes" | "approval" | "no";
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Retry one that failed or was cancelled */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            kind: string;
                            what: {
                                en: string;
                                zh: string;
                            };
                            /** @description What it is about where that has a page of its own: a model, a match. */
                            subject?: string;
                            /** @enum {string} */
                            state: "waiting" | "running" | "done" | "failed" | "cancelled";
                            done?: number;
                            /** @description Of `done`, in whatever it counts. Absent: not known yet. */
                            total?: number;
                            etaMs?: number;
                            /** @description `system` for what the node began itself. */
                            by?: string;
                            /** @description When it was asked for. */
                            atMs?: number;
                            endedAtMs?: number;
                            /** @description Of the fault that it ended in, or that holds it up. */
                            code?: string;
                            where?: string;
                            /** @description What the code means. */
                            said?: {
                                message: {
                                    en: string;
                                    zh: string;
                                };
                                next: {
                                    en: string;
                                    zh: string;
                                };
                            };
                            /** @description What came of it, or the step that it is at. */
                            how?: {
                                en: string;
                                zh: string;
                            };
                            /** @description After a stop or a kill it goes on by itself; else it is listed as failed then. */
                            resumes: boolean;
                            /**
                             * @description Whether whoever asks may break it off. Absent: it cannot be.
                             * @enum {string}
                             */
                            cancel?: "yes" | "approval" | "no";
                            /**
                             * @description Whether whoever asks may begin it again. `approval`: by proposing it anew. Absent: it goes on by itself.
                             * @enum {string}
                             */
                            retry?: "yes" | "approval" | "no";
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/about": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What this node is: version, runtime, store, and which ways in are set up */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            version: string;
                            runtime: string;
                            platform: string;
                            /** @enum {string} */
                            store: "sqlite" | "postgres";
                            startedAtMs: number;
                            region?: string;
                            timeZone?: string;
                            publicUrl?: string;
                            /** @enum {string} */
                            fourEyes: "people" | "always";
                            signIn: {
                                openId: boolean;
                                passkeys: boolean;
                                directory: boolean;
                                /** @description Whoever has one of these proves themselves twice. */
                                secondFactorRoles: ("administrator" | "compliance" | "data-scientist" | "marketer" | "supervisor" | "agent" | "auditor")[];
                                /** @description The organisation's provider, as it names itself. */
                                issuer?: string;
                                /** @description Somebody unknown who signs in by the provider is made a person. */
                                peopleOnFirstSignIn?: boolean;
                                /** @description Groups of the directory and the roles that their members have here. */
                                groups: {
                                    group: string;
                                    roles: ("administrator" | "compliance" | "data-scientist" | "marketer" | "supervisor" | "agent" | "auditor")[];
                                }[];
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The last lines of the node’s log, newest first
         * @description At most 2000 since it started. They hold routes, statuses, codes and correlation ids; nothing of a customer, no address, no key.
         */
        get: {
            parameters: {
                query?: {
                    /** @description This and graver ones. */
                    level?: "trace" | "debug" | "info" | "warn" | "error" | "fatal";
                    /** @description Lines after this number only. */
                    after?: number;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            lines: {
                                seq: number;
                                atMs: number;
                                /** @enum {string} */
                                level: "trace" | "debug" | "info" | "warn" | "error" | "fatal";
                                message: string;
                                about: {
                                    [key: string]: unknown;
                                };
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/support": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a support bundle: what is in it, and the file
         * @description Only what is on a list of what may leave: no customer, no secret, no name that people chose. The same as "holdfast support".
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description For the file. */
                            name: string;
                            sizeBytes: number;
                            files: {
                                name: string;
                                reason: {
                                    en: string;
                                    zh: string;
                                };
                                /** @description JSON, as it lies in the bundle. */
                                content: string;
                            }[];
                            /**
                             * Format: byte
                             * @description A tar archive under zstd.
                             */
                            bundle: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The settings in force: what each means, its value, where that came from, and what changed
         * @description Secrets are in no setting, only where they lie. `waiting`: what the file and the environment say otherwise by now, and what counts from the next start on.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            file: string;
                            settings: {
                                setting: string;
                                /** @description Of the environment. */
                                variable: string;
                                meaning: {
                                    en: string;
                                    zh: string;
                                };
                                /** @description Absent: `absent` says what holds. */
                                value?: unknown;
                                default?: unknown;
                                absent?: {
                                    en: string;
                                    zh: string;
                                };
                                /** @enum {string} */
                                from: "file" | "environment" | "default";
                            }[];
                            /** @description Names of settings. */
                            waiting: string[];
                            /** @description Errors in the file as it is now: the node would not start with it. */
                            mistakes: number;
                            /** @description What was not as at the start before, at the latest start where something was not. */
                            changed?: {
                                atMs: number;
                                settings: string[];
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/imports/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Record a batch that an importer has read */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        source: number;
                        events: ({
                            /** @enum {string} */
                            kind: "identify" | "track" | "page" | "screen" | "group" | "alias";
                            messageId: string;
                            userId?: string;
                            anonymousId?: string;
                            previousId?: string;
                            groupId?: string;
                            name?: string;
                            properties?: {
                                [key: string]: unknown;
                            };
                            traits?: {
                                [key: string]: unknown;
                            };
                            context?: {
                                [key: string]: unknown;
                            };
                            occurredAtMs: number;
                            receivedAtMs: number;
                        } | unknown | unknown)[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            outcomes: {
                                messageId: string;
                                /** @enum {string} */
                                outcome: "recorded" | "duplicate" | "quarantined";
                                reason?: string;
                                person?: number;
                            }[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/imports/recognise": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What columns of a table mean, by their names in both languages and by some of their values */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        columns: {
                            name: string;
                            values: unknown[];
                        }[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            columns: {
                                name: string;
                                to: string[];
                                as?: string;
                            }[];
                            /**
                             * @description Of the rows: absent for facts about customers.
                             * @enum {string}
                             */
                            kind?: "identify" | "track" | "page" | "screen" | "group" | "alias";
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/imports/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What would become of rows: normalised by the dictionary of the source, or refused with the reason; nothing is recorded */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        source: number;
                        /** @description What each column means: docs/imports.md. */
                        map: {
                            [key: string]: unknown;
                        };
                        file: {
                            /** @description SHA-256 of the first 64 KB of the file. */
                            fingerprint: string;
                            /** @description For rows without a time of their own. */
                            timeMs: number;
                            /** @enum {string} */
                            format: "csv" | "ndjson";
                            delimiter: string;
                            header: string[];
                        };
                        /** @description The number of the first line. */
                        line: number;
                        /** @description Whole lines of the file, no header among them. */
                        text: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            rows: {
                                line: number;
                                /** @enum {string} */
                                outcome: "accepted" | "quarantined" | "rejected";
                                reason?: string;
                                where?: string;
                                event?: {
                                    [key: string]: unknown;
                                };
                                /** @description What was left as it came. */
                                notes?: {
                                    where: string;
                                    reason: string;
                                }[];
                            }[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/imports/rows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Record rows of a file, each once however often it is sent */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        source: number;
                        /** @description What each column means: docs/imports.md. */
                        map: {
                            [key: string]: unknown;
                        };
                        file: {
                            /** @description SHA-256 of the first 64 KB of the file. */
                            fingerprint: string;
                            /** @description For rows without a time of their own. */
                            timeMs: number;
                            /** @enum {string} */
                            format: "csv" | "ndjson";
                            delimiter: string;
                            header: string[];
                        };
                        /** @description The number of the first line. */
                        line: number;
                        /** @description Whole lines of the file, no header among them. */
                        text: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            recorded: number;
                            duplicates: number;
                            quarantined: number;
                            rejected: number;
                            /** @description Rows that were not recorded, and why; those in quarantine can be fixed there. */
                            refused: {
                                line: number;
                                /** @enum {string} */
                                outcome: "quarantined" | "rejected";
                                reason: string;
                                /** @description Of a rejected row, as it stands in the file. */
                                raw?: string;
                            }[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: never;
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
