//! Chores of the house: everything a developer or a checking server runs, in one program and in Rust.
//!
//! `cargo xtask help` lists the commands. Each command is one module; [`process`] starts programs, [`say`] prints.

mod bench;
mod codes;
mod demo;
mod end_to_end;
mod failure;
mod fuzz;
mod openapi;
mod people;
mod portal;
mod postgres;
mod prerequisites;
mod process;
mod project;
mod say;
mod simulate;
mod tally;
mod test;
mod tidy;

use failure::Failure;
use std::process::ExitCode;

/// What `cargo xtask help` prints.
const HELP: &str = "\
Chores of Yinxin. Usage: cargo xtask COMMAND [ARGUMENTS]

  demo [ARGS]           build everything, then run `yinxin demo ARGS`
                        (ARGS: --nodes N, --port P, --data DIR)
  test [--only A,B] [--skip A,B] [--seeds N]
                        run the whole check, or some of its stages
  tidy                  check the rules of the house (imports, files, links, words, licences)
  codes                 write docs/reference/codes.md from the code and the locales
  openapi [--check]     write docs/reference/openapi.json, or compare it
  simulate --seeds N [--start S] [--release] [ARGS]
                        run whole networks in the deterministic simulator
  fuzz NAME SECONDS     fuzz one parser (without arguments: list the targets)
  people (--portal N [--clicks N] [--at-once N] | --api N)
                        put invented people through the portal or the interface of a
                        network of processes, and search everything for them
  bench [ARGS]          release build, then `yinxin bench ARGS`
  help                  this text

Exit code: 0 done, 1 a check failed or a program could not be run, 2 the command line is wrong;
`demo`, `bench`, `people` and `simulate` give the exit code of the program they run.";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    let outcome = match command.as_str() {
        "demo" => demo::run(&rest),
        "test" => test::run(&rest),
        "tidy" => tidy::run(&rest),
        "codes" => codes::run(&rest),
        "openapi" => openapi::run(&rest),
        "simulate" => simulate::run(&rest),
        "fuzz" => fuzz::run(&rest),
        "people" => people::run(&rest),
        "bench" => bench::run(&rest),
        "help" | "--help" | "-h" => {
            say::line(HELP);
            Ok(())
        }
        "" => Err(Failure::usage("no command given", HELP)),
        unknown => Err(Failure::usage(format!("`{unknown}` is not a command"), HELP)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            say::problem(&failure);
            failure.exit_code()
        }
    }
}
