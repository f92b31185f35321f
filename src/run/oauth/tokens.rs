//! The tokens of a run: one for the same settings, however many steps want it at once.

use crate::http::{Error, ErrorKind, Token};
use crate::world::Alarm;
use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

/// How often those who wait for another's token look whether the run was ended.
const LOOK: Duration = Duration::from_millis(50);

/// Tokens by their settings. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Tokens(Arc<Mutex<BTreeMap<String, Arc<Slot>>>>);

#[derive(Debug, Default)]
struct Slot {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    token: Option<Token>,
    /// Whether somebody is asking for one; nothing is locked meanwhile.
    is_asked: bool,
    /// How often somebody has asked.
    round: u64,
    /// What became of the last time, when it failed.
    failed: Option<Error>,
}

impl Tokens {
    /// Lets those who want a token find these, by their settings.
    pub(in crate::run) fn begin_with(&self, tokens: &BTreeMap<String, Token>) {
        let mut slots = lock(&self.0);
        for (key, token) in tokens {
            let state = State { token: Some(token.clone()), ..State::default() };
            let slot = Slot { state: Mutex::new(state), ..Slot::default() };
            slots.insert(key.clone(), Arc::new(slot));
        }
    }

    /// The tokens there are, by their settings.
    pub(in crate::run) fn all(&self) -> BTreeMap<String, Token> {
        let slots = lock(&self.0);
        let tokens = slots.iter().map(|(key, slot)| (key.clone(), lock(&slot.state).token.clone()));
        tokens.filter_map(|(key, token)| Some((key, token?))).collect()
    }

    /// A token of these settings that is neither refused nor run out; `ask` gets one, given the
    /// one before. Those who come while somebody asks wait for what comes of it.
    pub(super) fn get(
        &self,
        key: &str,
        refused: Option<&str>,
        now: SystemTime,
        alarm: &Alarm,
        ask: impl FnOnce(Option<Token>) -> Result<Token, Error>,
    ) -> Result<Token, Error> {
        let slot = Arc::clone(lock(&self.0).entry(key.to_owned()).or_default());
        let mut state = lock(&slot.state);
        loop {
            let is_good = |token: &&Token| refused != Some(&token.access) && token.is_current(now);
            if let Some(token) = state.token.as_ref().filter(is_good) {
                return Ok(token.clone());
            }
            if !state.is_asked {
                break;
            }
            let round = state.round;
            while state.is_asked && state.round == round {
                if alarm.is_raised() {
                    return Err(Error::new(ErrorKind::ConnectionError, "interrupted"));
                }
                let waited = slot.changed.wait_timeout(state, LOOK);
                state = waited.unwrap_or_else(PoisonError::into_inner).0;
            }
            if let Some(error) = state.failed.clone() {
                return Err(error);
            }
        }
        state.is_asked = true;
        let before = state.token.clone();
        drop(state);
        let asked = Asked { slot: &slot };
        let got = ask(before);
        let mut state = lock(&slot.state);
        state.failed = got.as_ref().err().cloned();
        if let Ok(token) = &got {
            state.token = Some(token.clone());
        }
        drop(state);
        drop(asked);
        got
    }
}

/// Somebody who asks: when they are done, however that comes, others may.
struct Asked<'s> {
    slot: &'s Slot,
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        let mut state = lock(&self.slot.state);
        state.is_asked = false;
        state.round += 1;
        self.slot.changed.notify_all();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::UNIX_EPOCH;

    fn token(access: &str, until: Option<u64>) -> Token {
        let until = until.map(|seconds| UNIX_EPOCH + Duration::from_secs(seconds));
        Token { access: access.to_owned(), refresh: None, until }
    }

    #[test]
    fn many_who_want_one_token_ask_once() {
        let (tokens, count, alarm) = (Tokens::default(), AtomicUsize::new(0), Alarm::default());
        std::thread::scope(|scope| {
            for _ in 0..32 {
                scope.spawn(|| {
                    let got = tokens.get("a", None, UNIX_EPOCH, &alarm, |_| {
                        count.fetch_add(1, Ordering::SeqCst);
                        std::thread::yield_now();
                        Ok(token("t", None))
                    });
                    assert_eq!(got.unwrap().access, "t");
                });
            }
        });
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_token_that_is_refused_or_has_run_out_is_renewed() {
        let (tokens, alarm) = (Tokens::default(), Alarm::default());
        let get = |refused, seconds, access| {
            let now = UNIX_EPOCH + Duration::from_secs(seconds);
            let ask = |before: Option<Token>| {
                let before = before.map_or_else(|| "none".to_owned(), |token| token.access);
                Ok(token(&format!("{access} after {before}"), Some(100)))
            };
            tokens.get("a", refused, now, &alarm, ask).unwrap().access
        };
        assert_eq!(get(None, 0, "one"), "one after none");
        assert_eq!(get(None, 99, "two"), "one after none");
        assert_eq!(get(None, 100, "two"), "two after one after none");
        assert_eq!(
            get(Some("two after one after none"), 0, "three"),
            "three after two after one after none"
        );
        // Another was refused the old one too, and takes the new one.
        assert_eq!(
            get(Some("two after one after none"), 0, "four"),
            "three after two after one after none"
        );
    }

    #[test]
    fn what_fails_is_asked_for_again_by_the_next() {
        let (tokens, alarm) = (Tokens::default(), Alarm::default());
        let refusal = Error::new(ErrorKind::HTTPError, "no");
        let failed = tokens.get("a", None, UNIX_EPOCH, &alarm, |_| Err(refusal));
        assert_eq!(failed.unwrap_err().message, "no");
        let got = tokens.get("a", None, UNIX_EPOCH, &alarm, |_| Ok(token("t", None)));
        assert_eq!(got.unwrap().access, "t");
    }
}
