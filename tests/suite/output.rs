//! What a command said and how it ended.

use serde_json::Value;

/// The end of a command.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) command: String,
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Output {
    /// Its standard output as the one JSON document that it must be.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("no JSON ({error}) from {self}"))
    }

    /// Asserts how it ended.
    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "the exit code of {self}");
        self
    }

    /// Asserts success, and gives the JSON.
    #[track_caller]
    pub(crate) fn done(self) -> Value {
        self.ends(0).json()
    }

    /// Asserts a refusal with `--json`: the code, nothing on standard output, and an error of the pinned shape.
    #[track_caller]
    pub(crate) fn refused(self, code: i32) -> Value {
        let this = self.ends(code);
        assert_eq!(this.out, "", "something on standard output of {this}");
        let told: Value =
            serde_json::from_str(&this.err).unwrap_or_else(|error| panic!("no JSON error ({error}) from {this}"));
        let error = told["error"].clone();
        for member in ["kind", "message"] {
            assert!(
                error[member].as_str().is_some_and(|text| !text.trim().is_empty()),
                "{member} of {this}"
            );
        }
        assert!(
            error["hint"].is_string() || error["hint"].is_null(),
            "the hint of {this}"
        );
        error
    }
}

impl std::fmt::Display for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "`{}`\nexit code {}\nstandard output:\n{}\nstandard error:\n{}",
            self.command, self.code, self.out, self.err
        )
    }
}
