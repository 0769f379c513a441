// What happens in the middle of a session, and how it goes on.

import { setTimeout as pause } from 'node:timers/promises';

/** Long enough for the token to have ended. */
export function untilTheTokenEnds(row) {
  return pause(row.tokenLifetime * 1000 + 1500);
}

/** Calls the tool again; where that fails, once more after what the program that uses the client does then. */
export async function goOn(row, call, afterFailure) {
  if (row.scenario === 'refresh') {
    await untilTheTokenEnds(row);
    await call();
  } else if (row.scenario === 'redeploy') {
    await row.ask('redeploy');
    try {
      await call();
    } catch (failure) {
      row.saw('messages', String(failure.message));
      await afterFailure();
      await call();
    }
  }
}
