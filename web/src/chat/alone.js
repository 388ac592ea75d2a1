// As long as a request may take.
const PATIENCE_MS = 100_000;
// Until what one tab writes can be read in another.
const SEEN_MS = 100;
// The browser hands a lock to the next tab sooner than what was stored under it, on a busy machine by much.
const HELD_MS = 500;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The result of `act`, which no other tab of this site runs under the same name meanwhile, as far as browsers allow. */
export async function alone(name, act) {
  let begun = false;
  const begin = () => {
    begun = true;
    return act();
  };
  try {
    return await withLock(name, begin);
  } catch (error) {
    if (begun) throw error;
    // Pages without https have no locks, nor have those that may not store anything.
    return withClaim(`${name}:claim`, begin);
  }
}

/** Keeps the lock for a while after `act`, but not its caller. */
function withLock(name, act) {
  return new Promise((resolve, reject) => {
    const acted = async () => {
      const done = act();
      done.then(resolve, reject);
      await Promise.allSettled([done]);
      await pause(HELD_MS);
    };
    navigator.locks.request(name, { signal: AbortSignal.timeout(PATIENCE_MS) }, acted).catch(reject);
  });
}

/**
 * Fischer's algorithm: whoever still reads its own claim, after all others had time to see it, may begin. A claim of a
 * tab that was closed runs out.
 */
async function withClaim(key, act) {
  const mine = String(Math.random());
  const ends = Date.now() + PATIENCE_MS;
  try {
    do {
      while (isClaimed(key) && Date.now() < ends) await pause(SEEN_MS);
      localStorage.setItem(key, JSON.stringify({ mine, until: Date.now() + PATIENCE_MS }));
      await pause(SEEN_MS);
    } while (claimIn(key)?.mine !== mine && Date.now() < ends);
  } catch {
    // Without a storage the tabs share no session either.
    return act();
  }
  try {
    return await act();
  } finally {
    localStorage.removeItem(key);
  }
}

const isClaimed = (key) => claimIn(key)?.until > Date.now();

const claimIn = (key) => JSON.parse(localStorage.getItem(key));
