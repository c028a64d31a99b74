// `@segment/analytics-next` in Chromium.

import { deliverBySegmentBrowser } from './browser-clients.ts';
import { testBrowserClient } from './browser-suite.ts';

testBrowserClient('@segment/analytics-next', deliverBySegmentBrowser);
