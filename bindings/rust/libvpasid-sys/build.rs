// SPDX-License-Identifier: MIT
//! Finds libvpasid: in VPASID_LIB_DIR, or with the program pkg-config.

use std::env;
use std::process::{exit, Command};

/// Until 1.0, each minor version has its own ABI.
const VERSIONS: [&str; 2] = ["libvpasid >= 0.2", "libvpasid < 0.3"];

const VARIABLES: [&str; 7] = [
    "VPASID_LIB_DIR",
    "VPASID_INCLUDE_DIR",
    "VPASID_STATIC",
    "PKG_CONFIG",
    "PKG_CONFIG_PATH",
    "PKG_CONFIG_LIBDIR",
    "PKG_CONFIG_SYSROOT_DIR",
];

const ADVICE: &str = "\
To build with libvpasid 0.2, do one of these:
- install it: in its source, `meson setup build && meson install -C build`;
- don't install it: set PKG_CONFIG_PATH=.../build/meson-uninstalled; to run programs, also set
  LD_LIBRARY_PATH=.../build/lib, or VPASID_STATIC=1 to link the library into them;
- don't use pkg-config: set VPASID_LIB_DIR to the directory of libvpasid.so or libvpasid.a.";

fn fail(what: &str) -> ! {
    eprintln!("libvpasid isn't found: {what}\n{ADVICE}");
    exit(1);
}

fn set(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn is_static() -> bool {
    set("VPASID_STATIC").map_or(false, |value| value != "0")
}

/// The words of pkg-config's output.
fn pkg_config(options: &[&str]) -> Vec<String> {
    let program = set("PKG_CONFIG").unwrap_or_else(|| "pkg-config".into());
    let output = Command::new(&program)
        .args(options)
        .args(VERSIONS)
        .output()
        .unwrap_or_else(|error| fail(&format!("{program} can't be run: {error}")));

    if !output.status.success() {
        fail(String::from_utf8_lossy(&output.stderr).trim());
    }
    String::from_utf8_lossy(&output.stdout).split_whitespace().map(String::from).collect()
}

/// Without these variables, pkg-config finds this machine's libraries.
fn check_cross() {
    let others = ["PKG_CONFIG", "PKG_CONFIG_LIBDIR", "PKG_CONFIG_SYSROOT_DIR"];

    if env::var("HOST") != env::var("TARGET") && !others.iter().any(|name| set(name).is_some()) {
        fail("for another machine, set PKG_CONFIG, PKG_CONFIG_LIBDIR or PKG_CONFIG_SYSROOT_DIR");
    }
}

fn link(library: &str) {
    let kind = if is_static() && library == "vpasid" { "static" } else { "dylib" };

    println!("cargo:rustc-link-lib={kind}={library}");
}

fn link_by_pkg_config() {
    let mut options = vec!["--print-errors", "--libs"];

    check_cross();
    if is_static() {
        options.push("--static");
        // rustc looks for archives only where it is told to
        for directory in pkg_config(&["--variable=libdir"]) {
            println!("cargo:rustc-link-search=native={directory}");
        }
    }
    for word in pkg_config(&options) {
        if let Some(directory) = word.strip_prefix("-L") {
            println!("cargo:rustc-link-search=native={directory}");
        } else if let Some(library) = word.strip_prefix("-l") {
            link(library);
        }
    }
    // for tests/agreement.rs
    println!("cargo:rustc-env=VPASID_CFLAGS={}", pkg_config(&["--cflags"]).join(" "));
}

fn main() {
    for name in VARIABLES {
        println!("cargo:rerun-if-env-changed={name}");
    }
    println!("cargo:rerun-if-changed=build.rs");
    // docs.rs links nothing
    if env::var_os("DOCS_RS").is_some() {
        return;
    }
    if let Some(directory) = set("VPASID_LIB_DIR") {
        let include = set("VPASID_INCLUDE_DIR").map(|path| format!("-I{path}"));

        println!("cargo:rustc-link-search=native={directory}");
        println!("cargo:rustc-env=VPASID_CFLAGS={}", include.unwrap_or_default());
        link("vpasid");
    } else {
        link_by_pkg_config();
    }
}
