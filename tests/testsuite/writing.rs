//! The verbs that write schedules: what they write, what they leave alone, how they exit.

use std::fs;
use std::path::Path;

use crate::program;

struct Done {
    code: i32,
    results: String,
    messages: String,
}

fn chatcal(folder: &Path, arguments: &[&str]) -> Done {
    let output = program::run(folder, arguments);
    Done {
        code: output.status.code().unwrap(),
        results: String::from_utf8(output.stdout).unwrap(),
        messages: String::from_utf8(output.stderr).unwrap(),
    }
}

fn case(file: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.join("tests/import/cases").join(file).display().to_string()
}

#[test]
fn import_writes_schedules_that_pass_the_check() {
    let folder = tempfile::tempdir().unwrap();
    let done = chatcal(folder.path(), &["import", &case("several-chats/export.ics"), "--into", "a/b"]);
    assert_eq!((done.code, done.results.lines().count()), (0, 3), "{}", done.messages);
    fs::write(folder.path().join("a/b/collection.toml"), "title = \"Chats\"\nid = \"chats.example.org\"\n").unwrap();
    let check = chatcal(folder.path(), &["check", "--schedules", "a/b"]);
    assert_eq!(check.code, 0, "{}", check.results);
}

#[test]
fn import_never_overwrites() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("lecture-club.toml"), "mine").unwrap();
    let done = chatcal(folder.path(), &["import", &case("several-chats/export.ics"), "--into", "."]);
    assert_eq!(done.code, 1);
    assert!(done.messages.contains("lecture-club.toml already exists"), "{}", done.messages);
    assert_eq!(fs::read_to_string(folder.path().join("lecture-club.toml")).unwrap(), "mine");
    assert_eq!(done.results.lines().count(), 2, "the others are written");
}

#[test]
fn import_exits_with_1_where_something_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let file = case("rust-teams/teams.toml");
    assert_eq!(chatcal(folder.path(), &["import", &file, "--dry-run"]).code, 1);
    assert_eq!(chatcal(folder.path(), &["import", &file, "--dry-run", "--partial"]).code, 0);
    let missing = chatcal(folder.path(), &["import", "nowhere.ics", "--partial"]);
    assert_eq!(missing.code, 1);
    assert!(missing.messages.contains("nowhere.ics cannot be read"), "{}", missing.messages);
    assert_eq!(chatcal(folder.path(), &["import"]).code, 2);
}

#[test]
fn import_dry_run_prints_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let done = chatcal(folder.path(), &["import", &case("apple/home.ics"), "--dry-run"]);
    let expected = fs::read_to_string(case("apple/expected/home.toml")).unwrap();
    assert_eq!((done.code, done.results), (0, format!("# schedules/home.toml\n{expected}\n")));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

const NEW: [&str; 8] =
    ["new", "uklibchat", "--every", "first Tuesday of the month", "--time", "18:30", "--zone", "Europe/London"];

#[test]
fn new_writes_a_schedule_that_is_right_and_laid_out() {
    let folder = tempfile::tempdir().unwrap();
    let mut arguments = NEW.to_vec();
    arguments.extend(["--at", "2026-06-03", "--source", "https://example.org/about"]);
    let done = chatcal(folder.path(), &arguments);
    assert_eq!((done.code, done.results.trim()), (0, "schedules/uklibchat.toml"), "{}", done.messages);
    let path = folder.path().join("schedules/uklibchat.toml");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("title = \"#uklibchat\"\n"), "{text}");
    assert!(text.contains("start = 2026-07-07\n"), "{text}");
    assert_eq!(chatcal(folder.path(), &["fmt", "--check"]).code, 0);
    fs::write(folder.path().join("schedules/collection.toml"), "title = \"Chats\"\nid = \"chats.example.org\"\n")
        .unwrap();
    assert_eq!(chatcal(folder.path(), &["check"]).code, 0);
    let again = chatcal(folder.path(), &arguments);
    assert_eq!(again.code, 1);
    assert!(again.messages.contains("already exists"), "{}", again.messages);
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn new_says_what_is_wrong_with_its_answers() {
    let folder = tempfile::tempdir().unwrap();
    for (index, wrong, word) in [
        (1, "Not A Slug", "not-a-slug"),
        (1, "collection", "reserved for the file about the collection"),
        (3, "biweekly", "biweekly"),
        (3, "Tuesday 18:30", "leave it out here and write `--time \"18:30\"`"),
        (5, "6pm", "18:00"),
        (7, "GMT Standard Time", "Europe/London"),
    ] {
        let mut arguments = NEW;
        arguments[index] = wrong;
        let done = chatcal(folder.path(), &arguments);
        assert_eq!(done.code, 2, "{wrong}");
        assert!(done.messages.contains(word), "{wrong}: {}", done.messages);
    }
    let mut arguments = NEW.to_vec();
    arguments.extend(["--start", "2026-07-08"]);
    let done = chatcal(folder.path(), &arguments);
    assert!(done.code == 2 && done.messages.contains("not a date of the rule"), "{}", done.messages);
    assert!(done.messages.contains("--start: ") && !done.messages.contains("-->"), "{}", done.messages);
    assert!(!folder.path().join("schedules").exists());
}

#[test]
fn fmt_lays_out_and_fmt_check_only_reports() {
    let folder = tempfile::tempdir().unwrap();
    let schedules = folder.path().join("schedules");
    fs::create_dir(&schedules).unwrap();
    let loose = "zone   = \"UTC\"\ntitle = \"Chat\" # a chat\n";
    fs::write(schedules.join("chat.toml"), loose).unwrap();
    fs::write(schedules.join("broken.toml"), "title = \n").unwrap();
    fs::write(schedules.join("schedule.schema.json"), "{}").unwrap();
    let check = chatcal(folder.path(), &["fmt", "--check"]);
    assert_eq!((check.code, check.results.as_str()), (1, "schedules/chat.toml\n"));
    assert!(check.messages.contains("broken.toml: line 1"), "{}", check.messages);
    assert_eq!(fs::read_to_string(schedules.join("chat.toml")).unwrap(), loose);
    let done = chatcal(folder.path(), &["fmt", "schedules/chat.toml"]);
    assert_eq!((done.code, done.results.as_str()), (0, "schedules/chat.toml\n"));
    let laid_out = "title = \"Chat\" # a chat\nzone = \"UTC\"\n";
    assert_eq!(fs::read_to_string(schedules.join("chat.toml")).unwrap(), laid_out);
    assert_eq!(fs::read_dir(&schedules).unwrap().count(), 3);
}

/// A loose schedule in `schedules/`, and the path of its file.
fn loose_schedule(folder: &Path) -> std::path::PathBuf {
    fs::create_dir(folder.join("schedules")).unwrap();
    let path = folder.join("schedules/chat.toml");
    fs::write(&path, "zone   = \"UTC\"\ntitle = \"Chat\"\n").unwrap();
    path
}

#[test]
fn fmt_cut_a_schedule_that_is_too_large_and_wrote_what_was_left() {
    let folder = tempfile::tempdir().unwrap();
    let path = loose_schedule(folder.path());
    let large = format!("zone   = \"UTC\"\n# {}\n", "x".repeat(1 << 20));
    fs::write(&path, &large).unwrap();
    let done = chatcal(folder.path(), &["fmt"]);
    assert_eq!(done.code, 1);
    assert!(done.messages.contains("it has 1.1 MiB; at most 1 MiB is allowed"), "{}", done.messages);
    assert!(fs::read_to_string(&path).unwrap() == large);
}

#[cfg(unix)]
#[test]
fn fmt_followed_a_link_named_like_its_unfinished_file() {
    let folder = tempfile::tempdir().unwrap();
    loose_schedule(folder.path());
    fs::write(folder.path().join("victim"), "mine").unwrap();
    std::os::unix::fs::symlink("../victim", folder.path().join("schedules/chat.toml.chatcal-new")).unwrap();
    assert_eq!(chatcal(folder.path(), &["fmt"]).code, 0);
    assert_eq!(fs::read_to_string(folder.path().join("victim")).unwrap(), "mine");
}

#[cfg(unix)]
#[test]
fn fmt_replaced_a_link_by_a_copy() {
    let folder = tempfile::tempdir().unwrap();
    let path = loose_schedule(folder.path());
    let (elsewhere, loose) = (folder.path().join("elsewhere.toml"), fs::read_to_string(&path).unwrap());
    fs::rename(&path, &elsewhere).unwrap();
    std::os::unix::fs::symlink("../elsewhere.toml", &path).unwrap();
    let done = chatcal(folder.path(), &["fmt"]);
    assert_eq!(done.code, 1);
    assert!(done.messages.contains("it is a symbolic link"), "{}", done.messages);
    assert!(path.is_symlink() && fs::read_to_string(&elsewhere).unwrap() == loose);
}

#[cfg(unix)]
#[test]
fn fmt_let_everybody_read_what_only_its_owner_could() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = loose_schedule(folder.path());
    for mode in [0o600, 0o664] {
        fs::write(&path, "zone = \"UTC\"\ntitle = \"Chat\"\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(chatcal(folder.path(), &["fmt"]).results, "schedules/chat.toml\n");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, mode);
    }
}

/// Runs the program where no file may have any content, as on a full disk.
#[cfg(unix)]
fn without_space(folder: &Path, arguments: &[&str]) -> String {
    let script = "trap '' XFSZ; ulimit -f 0; exec \"$@\"";
    let mut limited = std::process::Command::new("sh");
    limited.args(["-c", script, "sh"]).arg(program::chatcal()).args(arguments).current_dir(folder);
    let output = limited.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr).unwrap()
}

#[cfg(unix)]
#[test]
fn a_full_disk_left_half_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = loose_schedule(folder.path());
    let loose = fs::read_to_string(&path).unwrap();
    for arguments in [&["fmt"][..], &NEW[..], &["import", &case("apple/home.ics")], &["init", "."]] {
        let messages = without_space(folder.path(), arguments);
        assert!(messages.contains("written") || messages.contains("cannot write"), "{arguments:?}: {messages}");
    }
    let names = fs::read_dir(folder.path().join("schedules")).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!((names.collect::<Vec<_>>(), fs::read_to_string(&path).unwrap()), (vec!["chat.toml".into()], loose));
}

#[test]
fn the_schema_line_is_written_where_there_is_a_schema() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("schedules")).unwrap();
    fs::write(folder.path().join("schedules/schedule.schema.json"), "{}").unwrap();
    assert_eq!(chatcal(folder.path(), &NEW).code, 0);
    assert_eq!(chatcal(folder.path(), &["import", &case("apple/home.ics")]).code, 0);
    for name in ["uklibchat", "home"] {
        let text = fs::read_to_string(folder.path().join(format!("schedules/{name}.toml"))).unwrap();
        assert!(text.starts_with("#:schema ./schedule.schema.json\ntitle = "), "{text}");
    }
    assert_eq!(chatcal(folder.path(), &["fmt", "--check"]).code, 0);
}

#[test]
fn what_init_and_the_readme_show_was_not_laid_out() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(chatcal(folder.path(), &["init", "."]).code, 0);
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let shown = readme.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    fs::write(folder.path().join("schedules/readme.toml"), shown).unwrap();
    let done = chatcal(folder.path(), &["fmt", "--check"]);
    assert_eq!((done.code, done.results.as_str(), done.messages.as_str()), (0, "", ""));
}

#[test]
fn a_schema_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    let done = chatcal(folder.path(), &["schema"]);
    let schema: serde_json::Value = serde_json::from_str(&done.results).unwrap();
    assert_eq!((done.code, &schema["type"]), (0, &serde_json::json!("object")));
}
