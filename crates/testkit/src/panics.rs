//! Panics of simulated nodes. In a real node a panic ends the process; here it must be seen, because it ends one task only.

use std::cell::RefCell;
use std::panic;
use std::sync::Once;

thread_local! {
    static SEEN: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Keeps the panics of this thread from now on instead of printing them, until [`Watch`] is dropped.
pub struct Watch(());

impl Watch {
    /// Begins. A simulation runs on one thread; others are not affected.
    pub fn begin() -> Self {
        static HOOK: Once = Once::new();
        HOOK.call_once(|| {
            let before = panic::take_hook();
            panic::set_hook(Box::new(move |info| {
                let kept = SEEN
                    .with_borrow_mut(|seen| seen.as_mut().map(|seen| seen.push(info.to_string())).is_some());
                if !kept {
                    before(info);
                }
            }));
        });
        SEEN.set(Some(Vec::new()));
        Self(())
    }

    /// The panics since the last call.
    pub fn take(&self) -> Vec<String> {
        SEEN.with_borrow_mut(|seen| seen.as_mut().map(std::mem::take).unwrap_or_default())
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        SEEN.set(None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_kept_while_it_is_watched_for() {
        let watch = Watch::begin();
        assert!(panic::catch_unwind(|| panic!("on purpose")).is_err());
        assert!(watch.take().iter().any(|panic| panic.contains("on purpose")));
        assert!(watch.take().is_empty());
    }
}
