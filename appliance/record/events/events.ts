// The front door of arrival: the tracking endpoints and the live feed.

export { createLiveFeed, type LiveFeed, liveRoutes } from './live.ts';
export { eventRoutes } from './routes.ts';
