//! Asking a program to stop: Ctrl-C, SIGTERM, SIGHUP, or the end of standard input.

use std::io::{self, Read};
use std::sync::Mutex;
use std::thread;

use crate::cli::failure::Failure;

/// Exit code of a program that is told to stop a second time and stops at once, as shells write it for SIGINT.
const INTERRUPTED: i32 = 130;

/// Calls `told` once when the program is told to stop by a signal; the second signal ends the program at once.
///
/// # Errors
/// Where the system does not let signals be caught.
pub fn on_signal(told: impl FnOnce() + Send + 'static) -> Result<(), Failure> {
    let told = Mutex::new(Some(told));
    let heard = move || match told.lock().ok().and_then(|mut told| told.take()) {
        Some(told) => told(),
        None => std::process::exit(INTERRUPTED),
    };
    ctrlc::set_handler(heard).map_err(|error| Failure::internal(&error))
}

/// Calls `told` once when standard input ends, so that a node does not outlive the program that started it.
///
/// # Errors
/// Where no thread can be started.
pub fn on_end_of_input(told: impl FnOnce() + Send + 'static) -> Result<(), Failure> {
    let watch = move || {
        let mut ignored = [0; 256];
        let mut input = io::stdin().lock();
        loop {
            match input.read(&mut ignored) {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => break,
            }
        }
        told();
    };
    thread::Builder::new()
        .name("end of input".to_owned())
        .spawn(watch)
        .map(|_| ())
        .map_err(|error| Failure::internal(&error))
}
