//! What lies in folders, always in the same order. Tests run in the root of the package: `schedules` and `tests/…` are
//! paths from there.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Contents by path.
pub type Tree = BTreeMap<String, Vec<u8>>;

/// The files and folders in a folder.
pub fn entries(folder: impl AsRef<Path>) -> Vec<PathBuf> {
    let folder = folder.as_ref();
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// The TOML files in a folder.
pub fn toml(folder: impl AsRef<Path>) -> Vec<PathBuf> {
    let mut paths = entries(folder);
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths
}

/// The schedules in a folder: its TOML files without collection.toml.
pub fn schedules(folder: impl AsRef<Path>) -> Vec<PathBuf> {
    let mut paths = toml(folder);
    paths.retain(|path| name(path) != "collection.toml");
    paths
}

/// The name of a file without its folder.
pub fn name(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap()
}

/// The name of a file without its ending.
pub fn stem(path: &Path) -> &str {
    path.file_stem().unwrap().to_str().unwrap()
}

/// The text of a file.
pub fn text(path: impl AsRef<Path>) -> String {
    let path = path.as_ref();
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files below a folder by path, hidden ones too. Links are not followed; a folder that is missing has no files.
pub fn tree(folder: &Path) -> Tree {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(below) = folders.pop() {
        for entry in fs::read_dir(&below).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.is_symlink() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                files.insert(name, fs::read(&path).unwrap_or_default());
            }
        }
    }
    files
}
