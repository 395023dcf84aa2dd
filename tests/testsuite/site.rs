//! What the script `pages` puts on the site, and what it says where it does not.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::program::{run, said};
use crate::workflows::{Clone, begun, workflow};

/// The page of a stranger under the community's address would be trusted.
#[test]
fn what_a_pull_request_put_into_out_was_published() {
    let clone = Clone::of(begun);
    let publish = &workflow(&clone.work(), "feeds.yml")["jobs"]["publish"];
    clone.job(publish);
    clone.git(&["fetch", "--quiet", "origin"]);
    // The domain that somebody chose in the settings.
    clone.git(&["checkout", "--quiet", "-B", "gh-pages", "origin/gh-pages"]);
    fs::write(clone.work().join("CNAME"), "chats.example.org\n").unwrap();
    clone.commit("Choose a domain");
    clone.git(&["push", "--quiet", "origin", "gh-pages"]);

    clone.git(&["checkout", "--quiet", "-B", "main", "origin/main"]);
    let out = clone.work().join("out");
    let list = fs::read_to_string(out.join("manifest.sha256")).unwrap();
    let digest = "0".repeat(64);
    fs::write(out.join("manifest.sha256"), format!("{list}{digest}  login.html\n")).unwrap();
    fs::create_dir(out.join("deep")).unwrap();
    let strange = "100%\n::error::##[error]";
    for path in ["login.html", "CNAME", "deep/login.html", "copy.ics", strange, "a###[error]b", "####[error]"] {
        fs::write(out.join(path), "theirs").unwrap();
    }
    std::os::unix::fs::symlink("/etc/passwd", out.join("link.ics")).unwrap();
    clone.commit("Help");
    // It is reported before anybody merges it.
    let looked = clone.step("sh .github/scripts/listed");
    assert!(looked.status.success());
    for path in ["login.html", "deep/login.html", "copy.ics", "link.ics"] {
        let warning = format!("::warning::out/{path} is not listed in out/manifest.sha256: it is not published\n");
        assert!(crate::program::said(&looked).contains(&warning), "{}", crate::program::said(&looked));
    }
    clone.git(&["push", "--quiet", "origin", "main"]);
    let said = clone.job(publish);
    clone.git(&["fetch", "--quiet", "origin"]);
    let site = clone.git(&["ls-tree", "-r", "--name-only", "origin/gh-pages"]);
    let listed: Vec<&str> = list.lines().map(|line| &line[66..]).collect();
    let mut expected = [&listed[..], &["CNAME", ".nojekyll"]].concat();
    expected.sort_unstable();
    assert_eq!(site.lines().collect::<Vec<_>>(), expected);
    assert_eq!(clone.git(&["show", "origin/gh-pages:CNAME"]), "chats.example.org");
    let domain = "::warning::out/CNAME is not published: the domain belongs in Settings, Pages, \"Custom domain\"";
    assert!(said.contains(domain), "{said}");
    for path in ["login.html", "deep/login.html", "copy.ics", "link.ics"] {
        let warning = format!("::warning::out/{path} is not listed in out/manifest.sha256: it is not published\n");
        assert!(said.contains(&warning), "{said}");
    }
    let commands = said.lines().filter(|line| line.trim_start().starts_with("::") || line.contains("##["));
    assert!(commands.clone().all(|line| line.starts_with("::warning::out/") && !line.contains("##[")), "{said}");
    assert!(commands.count() == 8 && said.contains("100%25"), "{said}");
}

/// A clone whose feeds are built and committed, on the branch main.
fn built() -> Clone {
    let clone = Clone::of(|work| {
        begun(work);
        assert!(run(work, &["build"]).status.success());
    });
    assert!(clone.step("sh .github/scripts/pages").status.success());
    clone
}

#[test]
fn a_feed_that_git_has_as_a_program_was_left_off_the_site() {
    let clone = built();
    let feed = clone.work().join("out/bookchat.ics");
    fs::set_permissions(feed, fs::Permissions::from_mode(0o755)).unwrap();
    clone.commit("May be run");
    assert!(clone.git(&["ls-tree", "HEAD:out", "bookchat.ics"]).starts_with("100755"));
    let pages = clone.step("sh .github/scripts/pages");
    assert!(pages.status.success() && said(&pages) == "The site is fresh.\n", "{}", said(&pages));
    let site = clone.git(&["ls-remote", "origin", "refs/heads/gh-pages"]);
    let site = site.split('\t').next().unwrap();
    assert!(clone.git(&["ls-tree", site, "bookchat.ics"]).starts_with("100644"));
}

#[test]
fn a_site_that_lacked_a_listed_feed_was_published() {
    let (feed, listed) = ("bookchat.ics", "is listed in out/manifest.sha256 but is");
    for (line, why) in [
        ("git rm --quiet --cached out/bookchat.ics && echo out/bookchat.ics > .gitignore", "not in the commit"),
        ("git rm --quiet out/bookchat.ics", "not in the commit"),
        ("mv out/bookchat.ics there && ln -s ../there out/bookchat.ics", "a link in the commit"),
    ] {
        let clone = built();
        let before = clone.git(&["ls-remote", "origin", "refs/heads/gh-pages"]);
        assert!(clone.step(line).status.success(), "{line}");
        clone.commit("Something is wrong");
        let pages = clone.step("sh .github/scripts/pages");
        assert_eq!(pages.status.code(), Some(1), "{line}: {}", said(&pages));
        assert!(said(&pages).contains(&format!("::error::out/{feed} {listed} {why}: ")), "{line}: {}", said(&pages));
        assert_eq!(clone.git(&["ls-remote", "origin", "refs/heads/gh-pages"]), before);
    }
}

#[test]
fn the_site_was_not_published_without_a_word() {
    let strange = "a##[error]b";
    let commands =
        |text: &str| text.lines().filter(|line| line.trim_start().starts_with("::") || line.contains("##[")).count();
    // What differs from the commit.
    let clone = built();
    fs::write(clone.work().join("out/bookchat.ics"), "other").unwrap();
    fs::write(clone.work().join("out").join(strange), "").unwrap();
    clone.git(&["add", &format!("out/{strange}")]);
    let pages = clone.step("sh .github/scripts/pages");
    assert_eq!(pages.status.code(), Some(1), "{}", said(&pages));
    let text = said(&pages);
    assert!(text.contains("::error::out/ differs from the commit: ") && text.contains("git checkout HEAD"), "{text}");
    assert!(text.contains("out/bookchat.ics\n") && text.contains("out/a# #[error]b\n"), "{text}");
    assert_eq!(commands(&text), 1, "{text}");
    // What the list has and no build would have written.
    let clone = built();
    let (list, digest) = (clone.work().join("out/manifest.sha256"), "0".repeat(64));
    let before = fs::read_to_string(&list).unwrap();
    fs::write(&list, format!("{before}{digest}  bookchat.ics\n::error::loose\n")).unwrap();
    clone.commit("Another digest");
    let pages = clone.step("sh .github/scripts/pages");
    assert_eq!(pages.status.code(), Some(1), "{}", said(&pages));
    let text = said(&pages);
    assert!(text.contains("::error::out/ does not fit out/manifest.sha256: "), "{text}");
    assert!(
        text.contains("damaged: bookchat.ics: FAILED\n")
            && text.contains("improperly formatted")
            && commands(&text) == 1,
        "{text}"
    );
    fs::write(&list, format!("{before}{digest}  100%\r::error::##[error]\n")).unwrap();
    clone.commit("A strange name");
    let pages = clone.step("sh .github/scripts/pages");
    assert_eq!(pages.status.code(), Some(1), "{}", said(&pages));
    let text = said(&pages);
    // Nothing that chatcal writes is called so: it does not count, and fits nothing.
    assert!(text.contains("::error::out/ does not fit out/manifest.sha256") && commands(&text) == 1, "{text}");
}
