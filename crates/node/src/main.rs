//! The program `yinxin`.

use std::process::ExitCode;

fn main() -> ExitCode {
    yinxin_node::cli::run(std::env::args_os())
}
