//! Proposers that wait: woken by the first arrival, by nothing else, in any executor.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use crate::common::{NOW, plain};
use yinxin_mempool::{Limits, Mempool};

#[derive(Default)]
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn an_empty_pool_wakes_its_proposer_at_the_first_transaction() {
    let pool = Mempool::new(Limits::default());
    let count = Arc::new(Count::default());
    let waker = Waker::from(Arc::clone(&count));
    let mut context = Context::from_waker(&waker);
    let mut ready = pin!(pool.ready());
    assert_eq!(ready.as_mut().poll(&mut context), Poll::Pending);
    assert_eq!(ready.as_mut().poll(&mut context), Poll::Pending);
    assert!(pool.insert(plain(1, 1), NOW).is_ok());
    assert_eq!(count.0.load(Ordering::SeqCst), 1);
    assert_eq!(ready.as_mut().poll(&mut context), Poll::Ready(()));
    assert_eq!(pin!(pool.ready()).poll(&mut context), Poll::Ready(()));
}

#[test]
fn a_proposer_that_can_use_nothing_sleeps_until_something_new_comes() {
    let pool = Mempool::new(Limits::default());
    assert!(pool.insert(plain(1, 1), NOW).is_ok());
    let count = Arc::new(Count::default());
    let waker = Waker::from(Arc::clone(&count));
    let mut context = Context::from_waker(&waker);
    let mut arrival = pin!(pool.arrival(pool.arrivals()));
    assert_eq!(arrival.as_mut().poll(&mut context), Poll::Pending);
    assert!(pool.insert(plain(1, 1), NOW).is_ok());
    assert_eq!(
        count.0.load(Ordering::SeqCst),
        0,
        "a known transaction is no arrival"
    );
    assert!(pool.insert(plain(1, 2), NOW).is_ok());
    assert_eq!(arrival.as_mut().poll(&mut context), Poll::Ready(()));
}

#[test]
fn a_future_that_is_dropped_leaves_no_waker_behind() {
    let pool = Mempool::new(Limits::default());
    let count = Arc::new(Count::default());
    {
        let waker = Waker::from(Arc::clone(&count));
        let mut ready = pin!(pool.ready());
        assert_eq!(
            ready.as_mut().poll(&mut Context::from_waker(&waker)),
            Poll::Pending
        );
    }
    assert_eq!(Arc::strong_count(&count), 1);
    assert!(pool.insert(plain(1, 1), NOW).is_ok());
    assert_eq!(count.0.load(Ordering::SeqCst), 0);
}

#[test]
fn a_task_on_another_thread_is_woken() {
    let pool = Mempool::new(Limits::default());
    let waiting = pool.ready();
    let thread = std::thread::spawn(move || futures::executor::block_on(waiting));
    assert!(pool.insert(plain(1, 1), NOW).is_ok());
    assert!(thread.join().is_ok());
}
