//! How a command ends.

use std::process::ExitCode;

/// The exit codes, the same for every command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: all passed.
    Passed,
    /// 1: an assertion failed.
    Failed,
    /// 2: the usage or a collection is wrong; nothing was sent.
    Refused,
    /// 3: a request could not be made, and no assertion failed.
    Errored,
    /// 4: a report or file could not be written.
    Unwritten,
    /// 130: interrupted; teardown is done, reports are written.
    Interrupted,
}

impl Exit {
    /// The number.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Exit::Passed => 0,
            Exit::Failed => 1,
            Exit::Refused => 2,
            Exit::Errored => 3,
            Exit::Unwritten => 4,
            Exit::Interrupted => 130,
        }
    }

    /// What a run's own code means.
    pub(super) fn of_run(code: u8) -> Exit {
        match code {
            0 => Exit::Passed,
            3 => Exit::Errored,
            130 => Exit::Interrupted,
            _ => Exit::Failed,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}
