//! Why a verb did not do what it was asked for. The one place where errors are printed and become an exit code.

use std::io::{self, Write};
use std::ops::Range;
use std::path::PathBuf;

use crate::out::{Look, OutError, Stage};
use crate::terminal::{ERROR, safe};
use crate::text::without_commands;

/// Why a verb did not do what it was asked for.
#[derive(Debug)]
pub enum Failure {
    /// The schedules are wrong or `out/` is stale, and the verb has reported that already. Exit code 1.
    Reported,
    /// Something outside is wrong, such as a file that cannot be read. Exit code 1.
    Wrong(Vec<Complaint>),
    /// The command line is wrong. Exit code 2.
    Usage(Vec<Complaint>),
    /// The command line is wrong, as clap says. Exit code 2.
    Arguments(clap::Error),
    /// Somebody asked the program to stop. Exit code 1, where no signal ends it.
    Interrupted,
    /// The results cannot be written. Exit code 1, but 0 if the reader closed the pipe.
    Output(io::Error),
}

/// One thing that is wrong, in words for people. All of it is made harmless when it is printed.
#[derive(Clone, Debug, Default)]
pub struct Complaint {
    /// What is wrong, in one line.
    pub message: String,
    /// The argument that is wrong, and the bytes of it that are.
    pub marked: Option<(String, Range<usize>)>,
    /// A way out, in one line.
    pub help: Option<String>,
}

impl Failure {
    /// The command line is wrong.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::Usage(vec![Complaint::new(message)])
    }

    /// Something outside is wrong.
    pub fn wrong(message: impl Into<String>) -> Self {
        Self::Wrong(vec![Complaint::new(message)])
    }

    /// The same with a way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        if let Self::Wrong(complaints) | Self::Usage(complaints) = &mut self
            && let Some(complaint) = complaints.last_mut()
        {
            complaint.help = Some(help.into());
        }
        self
    }

    /// Fine, unless there are complaints: then [`Failure::Wrong`] with all of them.
    pub fn unless_none(complaints: Vec<Complaint>) -> Result<(), Self> {
        if complaints.is_empty() { Ok(()) } else { Err(Self::Wrong(complaints)) }
    }

    /// Prints what is wrong, and gives the exit code.
    pub fn report(self, messages: &mut dyn Write) -> u8 {
        let (complaints, code) = match self {
            Self::Reported => (Vec::new(), 1),
            Self::Interrupted => (vec![Complaint::new("interrupted; nothing of this run has been kept")], 1),
            Self::Wrong(complaints) => (complaints, 1),
            Self::Usage(complaints) => (complaints, 2),
            Self::Arguments(error) => {
                // Arguments stand in it as they were given.
                let _ = write!(messages, "{}", without_commands(error.render().ansi().to_string().into()));
                return 2;
            }
            // The reader closed the pipe.
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => (Vec::new(), 0),
            Self::Output(error) => (vec![Complaint::new(format!("cannot write the results: {error}"))], 1),
        };
        // Where a message cannot be printed, the exit code still tells.
        let _ = complaints.iter().try_for_each(|complaint| complaint.write(messages));
        code
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<OutError> for Failure {
    fn from(error: OutError) -> Self {
        match &error {
            OutError::Interrupted => Self::Interrupted,
            OutError::InTheWay { files, manifest } => {
                let of = |(path, look): &(PathBuf, Look)| {
                    let message = format!("{} is in the way: it {}", path.display(), look.words());
                    let help = if *look == Look::Folder { "move it away" } else { IN_THE_WAY };
                    Complaint { help: Some(help.to_owned()), ..Complaint::new(message) }
                };
                Self::Wrong(manifest.iter().map(Complaint::new).chain(files.iter().map(of)).collect())
            }
            OutError::Held { .. } => {
                Self::wrong(error.to_string()).help("try again later, or give it longer with `--wait`")
            }
            OutError::Clock { .. } => Self::wrong(error.to_string()).help(
                "set this one right (`--at` and SOURCE_DATE_EPOCH stand in for it); if that of the build before was \
                 wrong, say `chatcal build --turn-back`",
            ),
            OutError::Unfinished { stage, .. } => Self::wrong(error.to_string()).help(match stage {
                Stage::Begun => "the build counts, but every file is as it was: the next run of chatcal completes it",
                Stage::Between => "some files are new, others old: the next run of chatcal completes this",
                Stage::Done => "all files are in their places; the next run of chatcal does what is left to do",
            }),
            OutError::Failed { .. } => Self::wrong(error.to_string()),
        }
    }
}

/// What to do about a file that is in the way.
const IN_THE_WAY: &str = "move it away, or look at it and say `chatcal build --replace`";

impl Complaint {
    /// One without further help.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }

    fn write(&self, messages: &mut dyn Write) -> io::Result<()> {
        writeln!(messages, "{ERROR}error{ERROR:#}: {}", safe(&self.message))?;
        // Marks stand in the right place only below what fits in a line with one letter per column.
        let short = self.marked.as_ref().filter(|(text, _)| text.len() <= 200 && text.is_ascii());
        if let Some((text, span)) = short {
            let (before, marks) = (" ".repeat(span.start), "^".repeat(span.len().max(1)));
            writeln!(messages, "  {}\n  {before}{marks}", safe(text))?;
        }
        if let Some(help) = &self.help {
            writeln!(messages, "  help: {}", safe(help))?;
        }
        Ok(())
    }
}
