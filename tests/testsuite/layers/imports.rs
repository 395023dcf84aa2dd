//! Who imports what: the `use` lines and the paths in the code of all files, each followed to the file that it lands in.
//!
//! Seen are `use` declarations and paths of two or more names, in macros too, that begin with `crate`, `super`, `self`, a
//! child module, or a name that a `use` brought in. A name that a module passes on with `use` is followed to where it is
//! defined, so that `crate::schedule::Slug` lands in the file that defines `Slug`. An import of a whole module counts with
//! what is then taken from it. Not seen are names that come through `*`: they count as defined in the module that is named.
//!
//! Two things are structure and no import: a module that passes on (`pub use`) what a module below it defines, and whatever
//! is within `#[cfg(test)]`.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// The names of a path: `crate`, `zone`, `Instant`.
type Names = Vec<String>;

/// Sources by their path below `src`, such as `zone/table.rs`.
pub type Sources = BTreeMap<String, String>;

/// A file that takes something from another, with the names that it takes.
pub type Imports = BTreeMap<(String, String), BTreeSet<String>>;

/// All imports between the files.
pub fn imports(sources: &Sources) -> Imports {
    let modules: BTreeMap<Names, Module> =
        sources.iter().map(|(file, text)| (module_of(file), Module::read(file, text))).collect();
    let mut imports = Imports::new();
    for (path, module) in &modules {
        for reference in &module.references {
            let Some((target, name)) = land(&modules, &reference.scope, &reference.names, 0) else { continue };
            let is_structure = reference.passes_on && target.starts_with(path);
            let Some(name) = name.filter(|_| target != *path && !is_structure) else { continue };
            let files = (module.file.clone(), modules[&target].file.clone());
            imports.entry(files).or_default().insert(name);
        }
    }
    imports
}

/// The names of the modules that lead to a file: none for `lib.rs`.
pub fn module_of(file: &str) -> Names {
    match file.strip_suffix(".rs").expect("a Rust file") {
        "lib" => Names::new(),
        stem => stem.trim_end_matches("/mod").split('/').map(str::to_owned).collect(),
    }
}

/// A path as it is written somewhere.
struct Reference {
    /// The module that it is written in.
    scope: Names,
    names: Names,
    /// Whether it is a `pub use`.
    passes_on: bool,
}

/// What a file has to say of modules.
struct Module {
    file: String,
    /// The modules in files of their own.
    children: BTreeSet<String>,
    /// What `use` brings in, by the name that it has here.
    brought: BTreeMap<String, Names>,
    references: Vec<Reference>,
}

impl Module {
    fn read(file: &str, text: &str) -> Self {
        let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{file}: {error}"));
        let mut flat = Vec::new();
        flatten(tokens, &mut flat);
        let mut module =
            Self { file: file.to_owned(), children: BTreeSet::new(), brought: BTreeMap::new(), references: Vec::new() };
        module.scan(&flat, &module_of(file));
        module
    }

    fn scan(&mut self, tokens: &[String], scope: &Names) {
        let mut at = 0;
        while at < tokens.len() {
            let here: Vec<&str> = tokens[at..].iter().take(7).map(String::as_str).collect();
            match here[..] {
                ["#", "[", "cfg", "(", "test", ")", "]"] => {
                    let end = at + tokens[at..].iter().position(|token| token == "{" || token == ";").unwrap();
                    at = if tokens[end] == ";" { end } else { closing(tokens, end) };
                }
                ["mod", name, ";", ..] => _ = self.children.insert(name.to_owned()),
                ["mod", name, "{", ..] => {
                    let end = closing(tokens, at + 2);
                    self.scan(&tokens[at + 3..end], &[&scope[..], &[name.to_owned()]].concat());
                    at = end;
                }
                // What an `impl` captures is no import.
                ["use", "<", ..] => {}
                ["use", ..] => {
                    let end = at + tokens[at..].iter().position(|token| token == ";").unwrap();
                    let passes_on = at > 0 && (tokens[at - 1] == "pub" || tokens[at - 1] == ")");
                    self.declaration(&mut tokens[at + 1..end].iter().map(String::as_str), &[], scope, passes_on);
                    at = end;
                }
                [first, "::", ..] if is_name(first) && (at == 0 || !["::", "."].contains(&tokens[at - 1].as_str())) => {
                    let mut names = vec![first.to_owned()];
                    while at + 2 < tokens.len() && tokens[at + 1] == "::" && is_name(&tokens[at + 2]) {
                        names.push(tokens[at + 2].clone());
                        at += 2;
                    }
                    self.references.push(Reference { scope: scope.clone(), names, passes_on: false });
                }
                _ => {}
            }
            at += 1;
        }
    }

    /// One tree of a `use` declaration, up to the comma or brace that ends it. Gives what ended it.
    fn declaration<'t>(
        &mut self,
        tokens: &mut impl Iterator<Item = &'t str>,
        prefix: &[String],
        scope: &Names,
        passes_on: bool,
    ) -> Option<&'t str> {
        let mut names = prefix.to_vec();
        let (mut alias, mut is_named) = (None, false);
        let end = loop {
            match tokens.next() {
                Some("::") => {}
                Some("{") => {
                    while self.declaration(tokens, &names, scope, passes_on) == Some(",") {}
                    is_named = false;
                }
                Some("as") => alias = tokens.next(),
                end @ (Some("," | "}") | None) => break end,
                Some("self") if !names.is_empty() => is_named = true,
                Some(name) => {
                    names.push(name.to_owned());
                    is_named = true;
                }
            }
        };
        if is_named {
            let name = alias.unwrap_or(names.last().unwrap()).to_owned();
            self.references.push(Reference { scope: scope.clone(), names: names.clone(), passes_on });
            self.brought.insert(name, names);
        }
        end
    }
}

/// Follows names that are written in a module: the module that they land in, and what is taken from it, unless they end
/// at the module itself. None for what is not of this crate.
fn land(
    modules: &BTreeMap<Names, Module>,
    scope: &[String],
    names: &[String],
    depth: usize,
) -> Option<(Names, Option<String>)> {
    assert!(depth < 20, "{names:?} leads in a circle");
    // The file that a module is in; modules within a file are that file's own.
    let of = |scope: &[String]| (0..=scope.len()).rev().find_map(|size| modules.get(&scope[..size]));
    let mut place: Names = scope.to_vec();
    let mut rest = names;
    match names.first()?.as_str() {
        "crate" => (place, rest) = (Names::new(), &names[1..]),
        "self" => rest = &names[1..],
        "super" => {
            while rest.first().is_some_and(|name| name == "super") {
                place.pop();
                rest = &rest[1..];
            }
        }
        first => {
            let module = of(scope)?;
            let brought = || module.brought.get(first).is_some_and(|target| target != names);
            if !module.children.contains(first) && !brought() {
                return None;
            }
        }
    }
    while let Some((name, after)) = rest.split_first() {
        let module = of(&place)?;
        if module.children.contains(name) {
            place.push(name.clone());
            rest = after;
            continue;
        }
        let module_path = module_of(&module.file);
        return match module.brought.get(name).filter(|target| target[..] != *rest) {
            // What comes from another crate is this module's own choice of name.
            Some(target) => {
                let landed = land(modules, &module_path, &[&target[..], after].concat(), depth + 1);
                landed.or(Some((module_path, Some(name.clone()))))
            }
            None => Some((module_path, Some(name.clone()))),
        };
    }
    Some((module_of(&of(&place)?.file), None))
}

fn is_name(token: &str) -> bool {
    token.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// Where the brace that opens at a place closes.
fn closing(tokens: &[String], open: usize) -> usize {
    let mut depth = 0;
    let end = tokens[open..].iter().position(|token| {
        match token.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    open + end.expect("a closing brace")
}

/// Tokens in a row; `::` is one. What a literal or a comment says is not seen.
fn flatten(tokens: TokenStream, flat: &mut Vec<String>) {
    let mut half = false;
    for token in tokens {
        match token {
            TokenTree::Ident(name) => flat.push(name.to_string()),
            TokenTree::Literal(_) => flat.push("\"".to_owned()),
            TokenTree::Punct(mark) if mark.as_char() == ':' && mark.spacing() == Spacing::Joint => {
                flat.push("::".to_owned());
                half = true;
            }
            TokenTree::Punct(_) if half => half = false,
            TokenTree::Punct(mark) => flat.push(mark.as_char().to_string()),
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                flat.push(open.to_owned());
                flatten(group.stream(), flat);
                flat.push(close.to_owned());
            }
        }
    }
}
