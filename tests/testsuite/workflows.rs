//! The workflows, which run elsewhere: every `run:` step is taken from the YAML and executed here, in a clone with a bare
//! repository as its remote. What would need a network is a shim that notes how it was called.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use chrono::Datelike;
use serde_json::{Map, Value};

use crate::files::{self, entries, tree};
use crate::program::{chatcal, run, said};

/// A repository on its machine: what is pushed goes into a bare one beside it.
pub struct Clone {
    folder: tempfile::TempDir,
    /// The path that steps have added to: what one adds the next ones find.
    added: PathBuf,
}

impl Clone {
    /// Clones a folder's content, on the branch main.
    pub fn of(fill: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let work = folder.path().join("work");
        fs::create_dir(&work).unwrap();
        fill(&work);
        let clone = Self { added: folder.path().join("path"), folder };
        for shim in ["cargo", "rustup"] {
            clone.shim(shim);
        }
        let remote = clone.folder.path().join("remote.git");
        clone.git(&["init", "--quiet", "--bare", "--initial-branch=main", remote.to_str().unwrap()]);
        clone.git(&["init", "--quiet", "--initial-branch=main"]);
        clone.git(&["remote", "add", "origin", remote.to_str().unwrap()]);
        clone.commit("Begin");
        clone.git(&["push", "--quiet", "origin", "main"]);
        clone
    }

    pub fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    /// A program that notes its arguments; `cargo build` and `cargo install` give the program that is tested.
    fn shim(&self, name: &str) {
        let text = format!(
            "#!/bin/sh\necho \"{name} $*\" >> \"$SHIMS/log\"\ncase \"{name} $1\" in\n\
             \"cargo build\") mkdir -p target/release && ln -sf '{program}' target/release/chatcal ;;\n\
             \"cargo install\") mkdir -p \"$RUNNER_TEMP/chatcal/bin\" && ln -sf '{program}' \"$RUNNER_TEMP/chatcal/bin/chatcal\" ;;\n\
             esac\n",
            program = chatcal().display()
        );
        script(&self.folder.path().join("shims").join(name), &text);
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let there = self.folder.path();
        let added = fs::read_to_string(&self.added).unwrap_or_default();
        let path: Vec<String> = added.lines().rev().map(str::to_owned).collect();
        let path = [path, vec![there.join("shims").display().to_string(), std::env::var("PATH").unwrap()]].concat();
        command
            .current_dir(self.work())
            .env("PATH", path.join(":"))
            .env("HOME", there)
            .env("SHIMS", there.join("shims"))
            .env("RUNNER_TEMP", there.join("runner"))
            .env("GITHUB_PATH", &self.added)
            .env("GITHUB_STEP_SUMMARY", there.join("summary"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env_remove("SOURCE_DATE_EPOCH");
        command
    }

    pub fn git(&self, arguments: &[&str]) -> String {
        let user = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"];
        let output = self.command("git").args(user).args(arguments).output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", said(&output));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    pub fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", message]);
    }

    /// Runs a step as the runner does: bash that stops at the first failure.
    pub fn step(&self, line: &str) -> Output {
        self.command("bash").args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", line]).output().unwrap()
    }

    /// Runs the steps of a job, which have to succeed.
    pub fn job(&self, job: &Value) -> String {
        let mut all = String::new();
        for line in runs(job) {
            let output = self.step(&line);
            assert!(output.status.success(), "{line}: {}", said(&output));
            all += &said(&output);
        }
        all
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("shims/log")).unwrap_or_default()
    }
}

/// Writes a script that can be executed.
fn script(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// This repository, as far as its workflows need it.
fn own(work: &Path) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in [".github", ".ci", "schedules"] {
        for (path, content) in tree(&root.join(folder)) {
            let to = work.join(folder).join(path);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::write(to, content).unwrap();
        }
    }
    fs::create_dir(work.join("tests")).unwrap();
    for path in [".ci/run", "tests/nightly"] {
        // Copied with its permissions.
        fs::copy(root.join(path), work.join(path)).unwrap();
    }
    fs::write(work.join(".gitignore"), "target/\n").unwrap();
    fs::copy(root.join(".gitattributes"), work.join(".gitattributes")).unwrap();
}

/// A collection as `chatcal init` begins it.
pub fn begun(work: &Path) {
    let output = run(work, &["init", "."]);
    assert!(output.status.success(), "{}", said(&output));
}

pub fn workflow(work: &Path, name: &str) -> Value {
    let text = files::text(work.join(".github/workflows").join(name));
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn runs(job: &Value) -> Vec<String> {
    let steps = job["steps"].as_array().expect("steps");
    steps.iter().filter_map(|step| step["run"].as_str()).map(str::to_owned).collect()
}

#[test]
fn nothing_has_more_rights_than_it_says_and_every_action_is_pinned() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    for path in entries(folder.join(".github/workflows")) {
        let name = files::name(&path);
        let text = files::text(&path);
        let flow = workflow(folder, name);
        assert!(flow["permissions"].as_object().is_some_and(Map::is_empty), "{name}");
        assert!(!text.contains("pull_request_target"), "{name}: it would hand secrets to strangers");
        for (job, steps) in flow["jobs"].as_object().unwrap() {
            let rights =
                steps["permissions"].as_object().unwrap_or_else(|| panic!("{name}: {job:?} has no permissions"));
            let rights: Vec<_> = rights.iter().map(|(what, right)| (what.as_str(), right.as_str().unwrap())).collect();
            let writes = job == "publish";
            assert_eq!(rights, [("contents", if writes { "write" } else { "read" })], "{name}: {job:?}");
            assert!(steps["timeout-minutes"].as_i64().is_some(), "{name}: {job:?} may run for ever");
            for step in steps["steps"].as_array().unwrap() {
                match (step["uses"].as_str(), step["run"].as_str()) {
                    (Some(uses), None) => {
                        let commit = uses.split_once('@').unwrap().1;
                        assert!(commit.len() == 40 && commit.bytes().all(|digit| digit.is_ascii_hexdigit()), "{uses}");
                        // Whoever checks strangers' work out leaves no key behind.
                        assert_eq!(step["with"]["persist-credentials"].as_bool(), (!writes).then_some(false), "{name}");
                    }
                    (None, Some(line)) => {
                        let script = line.strip_prefix("sh ").or_else(|| line.strip_prefix("bash "));
                        let script = script.unwrap_or_else(|| panic!("{line} is not a script"));
                        assert!(folder.join(script).is_file(), "{line}");
                        assert!(!line.contains("${{"), "{line}: what others wrote would be run");
                    }
                    other => panic!("{name}: {other:?}"),
                }
            }
        }
        for line in text.lines().filter(|line| line.contains("contents: ")) {
            assert!(line.contains(" # to "), "{name}: {line}: why?");
        }
        for line in text.lines().filter(|line| line.contains("uses: ")) {
            assert!(line.contains(" # v"), "{name}: {line}: which version?");
        }
    }
}

/// From the first push over a pull request to its merge, in this repository and in a collection of one's own.
#[test]
fn feeds_are_checked_shown_built_and_published() {
    for (fill, slug, own_id) in [(own as fn(&Path), "uklibchat", true), (begun, "bookchat", false)] {
        let clone = Clone::of(fill);
        let jobs = &workflow(&clone.work(), "feeds.yml")["jobs"];
        let (check, publish) = (&jobs["check"], &jobs["publish"]);

        // The first push builds everything.
        clone.job(publish);
        assert_eq!(clone.log().contains("cargo build --release --locked"), own_id);
        assert_eq!(clone.log().contains("cargo install chatcal --locked --version "), !own_id);
        clone.git(&["checkout", "--quiet", "main"]);
        clone.git(&["pull", "--quiet", "--ff-only", "origin", "main"]);
        assert_eq!(clone.git(&["log", "-1", "--format=%an"]), "github-actions[bot]");
        let site = clone.git(&["ls-tree", "-r", "--name-only", "origin/gh-pages"]);
        assert!(site.lines().any(|name| name == "all.ics") && site.lines().any(|name| name == ".nojekyll"), "{site}");
        let fresh = "chatcal build --check --at \"$(git log -1 --format=%cI -- out)\"";
        assert!(clone.step(fresh).status.success());

        // The week after, nothing is to be done.
        let (head, pages) = (clone.git(&["rev-parse", "HEAD"]), clone.git(&["rev-parse", "origin/gh-pages"]));
        let said_then = clone.job(publish);
        assert!(said_then.contains("The feeds are fresh.") && said_then.contains("The site is fresh."), "{said_then}");
        clone.git(&["fetch", "--quiet", "origin"]);
        assert_eq!(
            (clone.git(&["rev-parse", "origin/main"]), clone.git(&["rev-parse", "origin/gh-pages"])),
            (head, pages)
        );

        // A pull request that touches no generated file.
        clone.git(&["checkout", "--quiet", "-B", "main", "origin/main"]);
        clone.git(&["checkout", "--quiet", "-b", "edit"]);
        let path = clone.work().join(format!("schedules/{slug}.toml"));
        let text = fs::read_to_string(&path).unwrap();
        // A winter's day of next year, on which London has UTC.
        let day = chrono::NaiveDate::from_ymd_opt(chrono::Utc::now().year() + 1, 2, 13).unwrap();
        let one_off =
            "\n[[one-off]]\ndate = DAY\ntime = \"18:30\"\nduration = \"1h\"\ntopic = \"Party\"\nsource = \"words\"\n";
        fs::write(&path, format!("{text}{}", one_off.replace("DAY", &day.to_string()))).unwrap();
        clone.commit("A party");
        clone.job(check);
        let summary = fs::read_to_string(clone.folder.path().join("summary")).unwrap();
        assert!(summary.contains(&format!("**` {slug} `**")), "{summary}");
        let added = day.format("added: %a 13 February %Y, 18:30 London (18:30 UTC): ` Party `").to_string();
        assert!(summary.contains(&added), "{summary}");

        // One with a mistake stops at the check, which names the line.
        fs::write(&path, format!("{text}\n[[one-off]]\ndate = 2027-02-30\n")).unwrap();
        let lines = runs(check);
        let wrong = clone.step(&lines[1]);
        assert_eq!(wrong.status.code(), Some(1));
        let line = text.lines().count() + 3;
        let command = format!("::error file=schedules/{slug}.toml,line={line},col=8,");
        assert!(said(&wrong).contains(&command), "{}", said(&wrong));
        clone.git(&["checkout", "--quiet", "--", "."]);

        // Merged, its feed changes and the site with it; somebody else has pushed in between.
        clone.git(&["checkout", "--quiet", "main"]);
        clone.git(&["merge", "--quiet", "--no-edit", "edit"]);
        clone.git(&["push", "--quiet", "origin", "main"]);
        fs::write(clone.work().join("NOTES"), "").unwrap();
        clone.commit("Notes");
        clone.git(&["push", "--quiet", "origin", "main"]);
        clone.git(&["checkout", "--quiet", "--detach", "HEAD~1"]);
        clone.job(publish);
        clone.git(&["fetch", "--quiet", "origin"]);
        let changed = clone.git(&["diff", "--name-only", "origin/main~1", "origin/main"]);
        let changed: Vec<&str> = changed.lines().collect();
        assert!(
            changed.contains(&format!("out/{slug}.ics").as_str()) && changed.contains(&"out/all.ics"),
            "{changed:?}"
        );
        assert!(changed.iter().all(|path| path.starts_with("out/")), "{changed:?}");
        assert!(clone.git(&["show", "origin/main:NOTES"]).is_empty());
        let built = clone.git(&["rev-parse", "origin/main:out/all.ics"]);
        assert_eq!(built, clone.git(&["rev-parse", "origin/gh-pages:all.ics"]));
        assert_eq!(clone.git(&["rev-list", "--count", "origin/gh-pages"]), "2");
    }
}

#[test]
fn the_code_is_guarded_by_what_runs_anywhere() {
    let clone = Clone::of(own);
    clone.job(&workflow(&clone.work(), "feeds.yml")["jobs"]["publish"]);
    // Calendar programs, a browser and cargo-deny have scripts of their own.
    for run in ["tests/dependencies", "tests/clients/run", "tests/page/run"] {
        script(&clone.work().join(run), &format!("#!/bin/sh\necho {run} >> \"$SHIMS/log\"\n"));
    }
    clone.job(&workflow(&clone.work(), "code.yml")["jobs"]["all"]);
    let log = clone.log();
    for step in [
        "rustup component add clippy rustfmt",
        "cargo test",
        "cargo fmt --check",
        "cargo clippy",
        "tests/dependencies",
        "tests/clients/run",
    ] {
        assert!(log.lines().any(|line| line.starts_with(step)), "{step}: {log}");
    }
}

/// The guards are stand-ins here: one fails, one says nothing of what it compared.
#[test]
fn every_night_all_guards_run_and_the_table_says_which_failed() {
    let clone = Clone::of(own);
    let nightly = workflow(&clone.work(), "nightly.yml");
    assert!(nightly["on"]["schedule"][0]["cron"].is_string() && nightly["on"].get("workflow_dispatch").is_some());
    let figures = [
        ("tests/witnesses/run", "differences: 321 explained in 28 kinds, 0 unexplained\ncompared 12000, different 0"),
        ("tests/zones/run", "357324 compared, 0 different"),
        ("tests/import/run", "20 files: 20 imported, 0 refused; 900 meetings compared, 0 different, 0 explained"),
        ("tests/clients/seeded", "15 passed, 0 failed"),
        ("tests/page/run", "99 passed, 0 failed"),
        ("tests/page/seeded", "11 seen, 0 not seen"),
    ];
    for (path, figure) in figures {
        script(&clone.work().join(path), &format!("#!/bin/sh\necho '{figure}'\n"));
    }
    fs::write(clone.work().join("tests/witnesses/README.md"), "the table").unwrap();
    script(&clone.work().join("tests/clients/subscribe"), "#!/bin/sh\necho '5 passed, 1 failed'\nexit 1\n");
    let rust = "#!/bin/sh\ncase \"$*\" in *bounded*) exit 0 ;; esac\n\
                echo \"$PROPTEST_CASES random cases\n300 kills: all well\n100 power cuts: all well\n200 histories, all well\n10001 chats: one is revised\"\n\
                echo 'test result: ok. 4 passed; 0 failed; 0 ignored; 150 filtered out'\n";
    script(&clone.folder.path().join("shims/cargo"), rust);
    let run = clone.step(&runs(&nightly["jobs"]["all"])[0]);
    assert_eq!(run.status.code(), Some(1), "{}", said(&run));
    let summary = fs::read_to_string(clone.folder.path().join("summary")).unwrap();
    // How long each took is its third column.
    let row = |name: &str| {
        let mut words = summary.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        let words = words.find(|words| words.first() == Some(&name)).unwrap_or_else(|| panic!("{name}: {summary}"));
        [&words[..2], &words[3..]].concat().join(" ")
    };
    for (name, figure) in [
        ("witnesses", "passed differences: 321 explained in 28 kinds, 0 unexplained"),
        ("subscription", "FAILED 5 passed, 1 failed"),
        ("page", "passed 11 seen, 0 not seen"),
        ("bounded", "FAILED no figure"),
        ("forms", "passed 3000 random cases; 4 passed"),
        ("random-rules", "passed 1000000 random cases; 4 passed"),
    ] {
        assert!(row(name).starts_with(&format!("{name} {figure}")), "{}", row(name));
    }
    let rows = summary.lines().filter(|line| line.contains(" passed ") || line.contains(" FAILED "));
    assert_eq!(said(&clone.step("tests/nightly --list")).lines().count(), rows.count());
    // Some alone, and none that there is not.
    let one = clone.step("tests/nightly page");
    assert!(one.status.success() && !said(&one).contains("witnesses"), "{}", said(&one));
    assert_eq!(clone.step("tests/nightly page no-such-guard").status.code(), Some(2));
}

/// What a build that was killed leaves would have been committed.
#[test]
fn init_said_nothing_of_what_git_is_to_ignore() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(".gitignore"), "*.swp").unwrap();
    let output = run(folder.path(), &["init", "."]);
    assert!(output.status.success(), "{}", said(&output));
    let message = "./.gitignore stays as it was; what it should have is .chatcal-new/, .chatcal-journal, .chatcal-lock, \
                   .*.chatcal-new\n";
    assert!(said(&output).contains(".: 11 files written"), "{}", said(&output));
    assert!(said(&output).ends_with(message), "{}", said(&output));
    assert_eq!(fs::read_to_string(folder.path().join(".gitignore")).unwrap(), "*.swp");

    let clone = Clone::of(begun);
    for path in ["out/.chatcal-journal", "out/tag/.chatcal-new/all.ics", "schedules/.a.toml.x1.chatcal-new"] {
        fs::create_dir_all(clone.work().join(path).parent().unwrap()).unwrap();
        fs::write(clone.work().join(path), "").unwrap();
    }
    assert_eq!(clone.git(&["status", "--porcelain"]), "");
}

/// Everything that the example shows is right once it is no comment any more.
#[test]
fn the_example_of_init_is_right_with_all_that_it_shows() {
    let folder = tempfile::tempdir().unwrap();
    begun(folder.path());
    let run = |arguments: &[&str]| run(folder.path(), arguments);
    let check = run(&["check"]);
    assert_eq!(said(&check), "1 chat, no problems found\n");
    assert!(run(&["build"]).status.success());
    assert!(run(&["build", "--check"]).status.success());
    let path = folder.path().join("schedules/bookchat.toml");
    let example = fs::read_to_string(&path).unwrap();
    let shown = |line: &str| {
        let key = line.strip_prefix("# ").filter(|rest| rest.starts_with("[[") || rest.contains(" = "));
        // Of the ways in which a series ends or fades there can be one.
        key.filter(|key| !key.starts_with("seen") && !key.starts_with("announced")).unwrap_or(line).to_owned() + "\n"
    };
    let all: String = example.lines().map(shown).collect();
    assert!(all.lines().filter(|line| line.starts_with("[[")).count() == 4, "{all}");
    fs::write(&path, &all).unwrap();
    let check = run(&["check"]);
    assert_eq!(said(&check), "1 chat, no problems found\n");
    assert!(run(&["diff"]).status.success());
}

#[test]
fn init_overwrites_nothing_and_every_collection_has_an_id_of_its_own() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let ids = folders.each_ref().map(|folder| {
        begun(folder.path());
        let text = fs::read_to_string(folder.path().join("schedules/collection.toml")).unwrap();
        text.lines().find(|line| line.starts_with("id = ")).unwrap().to_owned()
    });
    assert_ne!(ids[0], ids[1]);
    let mut before: BTreeMap<_, _> = tree(folders[0].path());
    fs::remove_file(folders[0].path().join("schedules/collection.toml")).unwrap();
    before.remove("schedules/collection.toml");
    let again = run(folders[0].path(), &["init", "."]);
    assert_eq!(again.status.code(), Some(1));
    assert!(said(&again).contains("already has schedules/bookchat.toml, README.md"), "{}", said(&again));
    assert!(tree(folders[0].path()) == before);
}
