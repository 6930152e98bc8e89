//! The Debian package, made by `dpkg-deb` of what `[package.metadata.deb]` in the command line's manifest lists, which is
//! what cargo-deb reads as well; and a look at it, unpacked.
//!
//! The check makes it of the dev build, so that nothing is compiled for it alone. `cargo xtask deb release` makes the one
//! that is given away.

mod check;

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::shell::{self, Cargo};
use crate::tidy;

/// The crate whose manifest describes the package. Paths in it are relative to where it lies.
const CRATE: (&str, &str) = ("lunas-cli", "crates/cli");
/// What in its paths stands for the program, and for what is generated from it, wherever cargo builds.
const BUILT: &str = "target/release/";
const GENERATED: &str = "../../target/deb/";
/// Completions: the shell, and the name under which it looks for them.
const SHELLS: [(&str, &str); 3] = [("bash", "lunas"), ("zsh", "_lunas"), ("fish", "lunas.fish")];
/// The scripts that dpkg runs.
const SCRIPTS: [&str; 3] = ["postinst", "prerm", "postrm"];

/// Makes the package of the dev build and looks at it.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    Cargo::new("build --quiet -p lunas-cli").run(root)?;
    // It is unpacked again at once.
    let package = Package::read(root, "debug")?;
    let file = package.make(&["-Zgzip", "-z1"])?;
    check::run(&package, &file)
}

/// Makes the package of a release build, and says where it is.
pub(crate) fn release(root: &Path) -> Result<(), String> {
    Cargo::new("build --quiet --release -p lunas-cli").run(root)?;
    let package = Package::read(root, "release")?;
    let file = package.make(&["-Zxz"])?;
    check::run(&package, &file)?;
    println!("{}", file.display());
    Ok(())
}

/// What is packed, and where that happens.
struct Package {
    /// `[package.metadata.deb]`.
    about: Value,
    description: String,
    version: String,
    homepage: String,
    /// Where its manifest lies.
    manifest_dir: PathBuf,
    /// Where the program lies.
    built: PathBuf,
    /// Where everything that is made here lies.
    place: PathBuf,
}

impl Package {
    fn read(root: &Path, profile: &str) -> Result<Self, String> {
        let metadata = tidy::metadata(root)?;
        let packages = metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
        let package = packages.iter().find(|package| package["name"] == CRATE.0);
        let package = package.ok_or_else(|| format!("there is no crate {}", CRATE.0))?;
        let target = shell::target_directory(root);
        Ok(Self {
            about: package["metadata"]["deb"].clone(),
            description: text(&package["description"]).trim_end_matches('.').to_owned(),
            version: text(&package["version"]).to_owned(),
            homepage: text(&package["repository"]).to_owned(),
            manifest_dir: root.join(CRATE.1),
            built: target.join(profile),
            place: target.join("deb"),
        })
    }

    /// Where the package's tree is put together.
    fn tree(&self) -> PathBuf {
        self.place.join("tree")
    }

    /// The files of the package: where each comes from, where it goes, and its mode.
    fn assets(&self) -> Result<Vec<(PathBuf, String, u32)>, String> {
        let mut files = Vec::new();
        for asset in self.about["assets"].as_array().map(Vec::as_slice).unwrap_or_default() {
            let (from, to, mode) = (text(&asset[0]), text(&asset[1]), text(&asset[2]));
            let mode = u32::from_str_radix(mode, 8).map_err(|_| format!("{from} has no mode"))?;
            for source in self.sources(from)? {
                let name = source.file_name().unwrap_or_default().to_string_lossy();
                let to = if to.ends_with('/') { format!("{to}{name}") } else { to.to_owned() };
                files.push((source, to, mode));
            }
        }
        Ok(files)
    }

    /// The files that a path of the manifest means; `*` stands for the beginning of a name.
    fn sources(&self, from: &str) -> Result<Vec<PathBuf>, String> {
        let path = match (from.strip_prefix(BUILT), from.strip_prefix(GENERATED)) {
            (Some(program), _) => self.built.join(program),
            (_, Some(generated)) => self.place.join(generated),
            _ => self.manifest_dir.join(from),
        };
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some(end) = name.strip_prefix('*') else { return Ok(vec![path]) };
        let directory = path.parent().unwrap_or(&path);
        let entries = std::fs::read_dir(directory).map_err(|error| failed(directory, &error))?;
        let mut found: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        found.retain(|path| path.is_file() && path.to_string_lossy().ends_with(end));
        found.sort();
        if found.is_empty() { Err(format!("{from} names no file")) } else { Ok(found) }
    }

    /// Puts the tree together and packs it.
    fn make(&self, compression: &[&str]) -> Result<PathBuf, String> {
        if self.place.exists() {
            std::fs::remove_dir_all(&self.place).map_err(|error| failed(&self.place, &error))?;
        }
        self.generate()?;
        let tree = self.tree();
        for (from, to, mode) in self.assets()? {
            let target = tree.join(&to);
            put(&from, &target, mode)?;
            if to.starts_with("usr/share/man/") {
                shell::run(Command::new("gzip").args(["-9n"]).arg(&target), "gzip")?;
            }
        }
        self.describe(&tree.join("DEBIAN"))?;
        let architecture =
            shell::answer("dpkg", "--print-architecture").ok_or("dpkg names no architecture")?;
        let file = self.place.join(format!("{}_{}_{architecture}.deb", self.name(), self.version));
        let mut pack = Command::new("dpkg-deb");
        pack.arg("--root-owner-group").args(compression).arg("--build").arg(&tree).arg(&file);
        shell::run(pack.stdout(std::process::Stdio::null()), "dpkg-deb --build")?;
        Ok(file)
    }

    fn name(&self) -> &str {
        text(&self.about["name"])
    }

    /// Has the program write what is generated from the description of its command line.
    fn generate(&self) -> Result<(), String> {
        let program = self.built.join("lunas");
        let quiet = std::process::Stdio::null;
        let mut man = Command::new(&program);
        man.arg("man").arg(self.place.join("man")).stdout(quiet());
        shell::run(&mut man, "lunas man")?;
        let directory = self.place.join("completions");
        std::fs::create_dir_all(&directory).map_err(|error| failed(&directory, &error))?;
        for (shell, name) in SHELLS {
            let path = directory.join(name);
            let file = std::fs::File::create(&path).map_err(|error| failed(&path, &error))?;
            let mut completions = Command::new(&program);
            completions.args(["completions", shell]).stdout(file);
            shell::run(&mut completions, &format!("lunas completions {shell}"))?;
        }
        Ok(())
    }

    /// What dpkg reads: the package's description, its scripts, its configuration files and the sums of the others.
    fn describe(&self, to: &Path) -> Result<(), String> {
        let architecture =
            shell::answer("dpkg", "--print-architecture").ok_or("dpkg names no architecture")?;
        let about = |key: &str| text(&self.about[key]);
        let lines: Vec<String> =
            about("extended-description").trim().lines().map(|line| format!(" {line}\n")).collect();
        let control = format!(
            "Package: {}\nVersion: {}\nArchitecture: {architecture}\nMaintainer: {}\nSection: {}\nPriority: {}\nDepends: \
             {}\nHomepage: {}\nDescription: {}\n{}",
            self.name(),
            self.version,
            about("maintainer"),
            about("section"),
            about("priority"),
            about("depends"),
            self.homepage,
            self.description,
            lines.concat(),
        );
        write(&to.join("control"), &control)?;
        let configuration: Vec<String> = self.conf_files().iter().map(|file| format!("{file}\n")).collect();
        write(&to.join("conffiles"), &configuration.concat())?;
        let scripts = self.manifest_dir.join(about("maintainer-scripts"));
        SCRIPTS.iter().try_for_each(|name| put(&scripts.join(name), &to.join(name), 0o755))?;
        let mut sums = Command::new("sh");
        sums.args([
            "-c",
            "find * -path DEBIAN -prune -o -type f -print0 | sort -z | xargs -0 md5sum > DEBIAN/md5sums",
        ]);
        shell::run(sums.current_dir(self.tree()), "md5sum")
    }

    /// The files that an operator changes.
    fn conf_files(&self) -> Vec<&str> {
        self.about["conf-files"].as_array().into_iter().flatten().map(text).collect()
    }
}

/// Copies a file to where there is nothing yet.
fn put(from: &Path, to: &Path, mode: u32) -> Result<(), String> {
    let directory = to.parent().unwrap_or(to);
    std::fs::create_dir_all(directory).map_err(|error| failed(directory, &error))?;
    std::fs::copy(from, to).map_err(|error| failed(from, &error))?;
    std::fs::set_permissions(to, std::fs::Permissions::from_mode(mode)).map_err(|error| failed(to, &error))
}

fn write(to: &Path, text: &str) -> Result<(), String> {
    let directory = to.parent().unwrap_or(to);
    std::fs::create_dir_all(directory).map_err(|error| failed(directory, &error))?;
    std::fs::write(to, text).map_err(|error| failed(to, &error))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn failed(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}
