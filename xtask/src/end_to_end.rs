//! The portal in a real browser against a real network: `npm run e2e` with the demo running.

use crate::failure::{During, Failure};
use crate::portal;
use crate::process::{self, TemporaryFolder};
use crate::project::{self, Build};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

/// The line by which the demo tells its address begins with this.
const ADDRESS_LINE: &str = "portal: ";

/// How long five departments may take to open their doors, in the development profile on a busy machine.
const START_PATIENCE: Duration = Duration::from_secs(120);

/// How long it may take to end.
const STOP_PATIENCE: Duration = Duration::from_secs(60);

/// Starts the demo, runs the browser tests against it, stops the demo.
pub fn run() -> Result<(), Failure> {
    portal::build()?;
    let binary = project::build_program("yinxin-node", "yinxin", Build::Test)?;
    let folder = TemporaryFolder::new("end-to-end")?;
    let mut command = Command::new(binary);
    command
        .args(["demo", "--port", "0", "--data"])
        .arg(folder.path().join("demo"));
    let demo = Demo::start(&mut command)?;
    let url = demo.address()?;
    process::run(portal::npm(&["run", "e2e"]).env("YINXIN_URL", url))?;
    demo.stop()
}

/// The demo as a child; whatever happens it does not outlive this value.
struct Demo {
    child: Child,
    addresses: mpsc::Receiver<String>,
}

impl Demo {
    fn start(command: &mut Command) -> Result<Self, Failure> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .during(|| "start `yinxin demo`".to_owned())?;
        let (sender, addresses) = mpsc::channel();
        if let Some(output) = child.stdout.take() {
            // Reads to the end, so that the demo never blocks on a full pipe. Nobody may be listening any more.
            std::thread::spawn(move || {
                for line in BufReader::new(output).lines().map_while(Result::ok) {
                    if let Some(address) = line.trim().strip_prefix(ADDRESS_LINE) {
                        drop(sender.send(address.trim().to_owned()));
                    }
                }
            });
        }
        Ok(Self { child, addresses })
    }

    fn address(&self) -> Result<String, Failure> {
        self.addresses
            .recv_timeout(START_PATIENCE)
            .map_err(|error| match error {
                RecvTimeoutError::Timeout => Failure::new(format!(
                    "`yinxin demo` printed no portal address within {START_PATIENCE:?}"
                )),
                RecvTimeoutError::Disconnected => {
                    Failure::new("`yinxin demo` ended before it printed the portal's address")
                }
            })
    }

    /// Ends the demo and demands that it ends cleanly. By SIGTERM: whatever a shell runs in the background inherits that SIGINT is ignored.
    fn stop(mut self) -> Result<(), Failure> {
        process::signal(self.child.id(), "TERM")?;
        let ended = process::wait_at_most(&mut self.child, STOP_PATIENCE);
        match ended.during(|| "wait for `yinxin demo`".to_owned())? {
            Some(status) if status.success() => Ok(()),
            Some(status) => Err(Failure::new(format!(
                "`yinxin demo` did not stop cleanly ({status})"
            ))),
            None => Err(Failure::new(format!(
                "`yinxin demo` still runs {STOP_PATIENCE:?} after it was told to stop"
            ))),
        }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // Both are harmless when it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    /// A demo that tells its address, then waits, and answers SIGTERM with this exit code.
    fn demo(exit: u8) -> Demo {
        let script = format!(
            "tail -f /dev/null & child=$!\n\
             trap 'kill $child; exit {exit}' TERM\n\
             echo chain: x; echo portal: http://127.0.0.1:1/\n\
             wait"
        );
        Demo::start(&mut shell(&script)).unwrap()
    }

    #[test]
    fn the_address_is_read_and_sigterm_ends_the_demo() {
        let demo = demo(0);
        assert_eq!(demo.address().unwrap(), "http://127.0.0.1:1/");
        demo.stop().unwrap();
    }

    #[test]
    fn a_demo_that_ends_early_or_uncleanly_is_a_failure() {
        let early = Demo::start(&mut shell("exit 4")).unwrap();
        assert!(early.address().unwrap_err().to_string().contains("ended before"));
        let unclean = demo(1);
        unclean.address().unwrap();
        assert!(
            unclean
                .stop()
                .unwrap_err()
                .to_string()
                .contains("did not stop cleanly")
        );
    }
}
