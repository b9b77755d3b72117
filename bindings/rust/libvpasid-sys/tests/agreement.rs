// SPDX-License-Identifier: MIT
//! Do the declarations agree with the C headers? A C compiler says so: the text of src/ is made
//! into C, with an assertion for each constant, struct, field and function.

#![allow(clippy::format_push_string)]

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io::Write;
use std::mem::{align_of, size_of};
use std::path::Path;
use std::process::{Command, Stdio};

use libvpasid_sys::*;

const HEADERS: &str = "#include <stddef.h>\n#include <vpasid/vpasid.h>\n\
                       #include <linux/vfio_pasid.h>\n";

/// Whether Rust's compiler lays each struct out as the C compiler is told below.
macro_rules! sizes {
    ($($name:ident),* $(,)?) => {
        vec![$((stringify!($name), size_of::<$name>(), align_of::<$name>())),*]
    };
}

fn sizes() -> Vec<(&'static str, usize, usize)> {
    sizes![
        vpasid_cap,
        vpasid_device,
        vpasid_finding,
        vpasid_guest_finding,
        vpasid_guest_request,
        vpasid_info,
        vpasid_iommu,
        vpasid_iommu_abilities,
        vpasid_iommu_field,
        vpasid_layout,
        vpasid_obstacle,
        vpasid_place_request,
        vpasid_placement,
        vpasid_quirk,
        vpasid_quirks_error,
        vpasid_range,
        vpasid_registers,
        vpasid_span,
        vpasid_vconfig_ops,
        vpasid_vconfig_patch,
        vpasid_vconfig_registers,
        vpasid_vconfig_request,
        vpasid_vconfig_state,
        vpasid_vfio_view_request,
    ]
}

/// The C compiler, which reads from its standard input.
fn cc(options: &[&str], input: &str) -> Result<String, String> {
    let compiler = env::var("CC").unwrap_or_else(|_| "cc".into());
    let mut child = Command::new(&compiler)
        .args(["-std=gnu11", "-xc"])
        .args(env!("VPASID_CFLAGS").split_whitespace())
        .args(options)
        .arg("-")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{compiler}: {error}"));

    let written = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();

    written.unwrap();
    if output.status.success() {
        Ok(String::from_utf8(output.stdout).unwrap())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

/// What src/ declares, from its text.
#[derive(Default)]
struct Declarations {
    constants: Vec<(String, String)>,
    structs: Vec<(String, Vec<(String, String)>)>,
    functions: Vec<(String, Vec<String>, String)>,
}

/// On one line, as it was before it was formatted.
fn squeeze(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");

    text.replace("( ", "(").replace("< ", "<").replace(", )", ")").replace(", >", ">")
}

/// Splits at commas that no bracket encloses.
fn split(text: &str) -> Vec<String> {
    let (mut parts, mut depth, mut last) = (vec![String::new()], 0, ' ');

    for letter in text.chars() {
        match letter {
            '(' | '[' | '<' => depth += 1,
            ')' | ']' => depth -= 1,
            '>' if last != '-' => depth -= 1,
            _ => (),
        }
        if letter == ',' && depth == 0 {
            parts.push(String::new());
        } else {
            parts.last_mut().unwrap().push(letter);
        }
        last = letter;
    }
    parts.iter().map(|part| squeeze(part)).filter(|part| !part.is_empty()).collect()
}

/// "name: type" as both
fn name_and_type(text: &str) -> (String, String) {
    let (name, of) = text.split_once(':').unwrap();

    (name.trim().trim_start_matches("pub ").into(), of.trim().into())
}

impl Declarations {
    fn parse(text: &str) -> Self {
        let mut found = Self::default();
        let text: String = text
            .lines()
            .filter(|line| !line.trim().starts_with("//"))
            .collect::<Vec<_>>()
            .join("\n");

        for item in text.split("pub const ").skip(1) {
            let (head, value) = item.split_once('=').unwrap();
            let value = value.split(';').next().unwrap();

            found.constants.push((name_and_type(head).0, squeeze(value)));
        }
        for item in text.split("pub struct ").skip(1) {
            let (name, body) = item.split_once('{').unwrap();
            let body = body.split('}').next().unwrap();

            if !body.contains("_opaque") {
                let fields = split(body).iter().map(|field| name_and_type(field)).collect();

                found.structs.push((name.trim().into(), fields));
            }
        }
        for item in text.split("pub fn ").skip(1) {
            let (name, rest) = item.split_once('(').unwrap();
            let (arguments, result) = rest.split(';').next().unwrap().rsplit_once(')').unwrap();
            let result = squeeze(result.trim().trim_start_matches("->"));

            found.functions.push((
                name.into(),
                split(arguments).iter().map(|argument| name_and_type(argument).1).collect(),
                result,
            ));
        }
        found
    }

    fn of_crate() -> Self {
        Self::parse(&source())
    }

    fn names(&self) -> BTreeSet<&str> {
        let constants = self.constants.iter().map(|(name, _)| name.as_str());
        let structs = self.structs.iter().map(|(name, _)| name.as_str());

        constants
            .chain(structs)
            .chain(self.functions.iter().map(|(name, ..)| name.as_str()))
            .collect()
    }
}

fn source() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut text = String::new();

    for entry in fs::read_dir(folder).unwrap() {
        text += &fs::read_to_string(entry.unwrap().path()).unwrap();
    }
    text
}

/// The name of a type that isn't made of others.
fn base(rust: &str) -> String {
    match rust {
        "u8" | "u16" | "u32" | "u64" => format!("uint{}_t", &rust[1..]),
        "usize" => "size_t".into(),
        "bool" => "bool".into(),
        "c_uint" => "unsigned int".into(),
        "" => "void".into(),
        _ if rust.starts_with("c_") => rust[2..].into(),
        _ if rust.starts_with("vpasid_") => format!("struct {rust}"),
        _ => panic!("what is {rust} in C?"),
    }
}

/// A type as C declares it, around its name.
fn declare(rust: &str, is_const: bool, name: &str) -> String {
    let constant = if is_const { "const " } else { "" };

    if let Some(target) = rust.strip_prefix("*const ") {
        return declare(target, true, &format!("*{constant}{name}"));
    }
    if let Some(target) = rust.strip_prefix("*mut ") {
        return declare(target, false, &format!("*{constant}{name}"));
    }
    if rust == "Option<vpasid_read_dword>" {
        return format!("vpasid_read_dword *{name}");
    }
    if let Some(function) = rust.strip_prefix("Option<unsafe extern \"C\" fn(") {
        let (arguments, result) = function[..function.len() - 1].rsplit_once(')').unwrap();
        let arguments = split(arguments).iter().map(|one| name_and_type(one).1).collect::<Vec<_>>();

        return declare_function(&arguments, result.trim().trim_start_matches("-> "), name);
    }
    if let Some(array) = rust.strip_prefix('[') {
        let (element, count) = array[..array.len() - 1].split_once(';').unwrap();

        return declare(element, is_const, &format!("{name}[{}]", count.trim()));
    }
    format!("{constant}{} {name}", base(rust))
}

fn declare_function(arguments: &[String], result: &str, name: &str) -> String {
    let arguments: Vec<_> = arguments.iter().map(|one| declare(one, false, "")).collect();
    let arguments = if arguments.is_empty() { "void".into() } else { arguments.join(", ") };

    declare(result, false, &format!("(*{name})({arguments})"))
}

fn assert_types(left: &str, right: &str, what: &str) -> String {
    format!(
        "_Static_assert(__builtin_types_compatible_p(__typeof__({left}), {right}), \"{what}\");\n"
    )
}

/// A C program that doesn't compile if the declarations are others than those of the headers.
fn assertions(declared: &Declarations) -> String {
    let mut c = HEADERS.to_string();

    for (name, value) in &declared.constants {
        c += &if value.starts_with('"') {
            format!("_Static_assert(!__builtin_strcmp({name}, {value}), \"{name}\");\n")
        } else {
            format!("_Static_assert(({name}) == ({value}), \"{name}\");\n")
        };
    }
    for (name, fields) in &declared.structs {
        c += &format!("struct rust_{name} {{\n");
        for (field, of) in fields {
            c += &format!("\t{};\n", declare(of, false, field.trim_end_matches('_')));
        }
        c += "};\n";
        c += &format!(
            "_Static_assert(sizeof(struct {name}) == sizeof(struct rust_{name}), \"{name}\");\n"
        );
        for (field, _) in fields {
            let field = field.trim_end_matches('_');

            c += &format!(
                "_Static_assert(offsetof(struct {name}, {field}) == \
                 offsetof(struct rust_{name}, {field}), \"{name}.{field}\");\n"
            );
            c += &assert_types(
                &format!("((struct {name} *)0)->{field}"),
                &format!("__typeof__(((struct rust_{name} *)0)->{field})"),
                &format!("{name}.{field}"),
            );
        }
    }
    for (name, arguments, result) in &declared.functions {
        c += &assert_types(&format!("&{name}"), &declare_function(arguments, result, ""), name);
    }
    c
}

fn agrees(text: &str) -> Result<String, String> {
    cc(&["-fsyntax-only", "-Werror"], &assertions(&Declarations::parse(text)))
}

#[test]
fn the_c_compiler_agrees_with_every_declaration() {
    let declared = Declarations::of_crate();

    assert!(declared.constants.len() > 100 && declared.functions.len() > 60);
    agrees(&source()).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn the_c_compiler_refuses_what_is_wrong() {
    let wrong = [
        ("pub iommu_width: u8", "pub iommu_width: u16"),
        ("pub attach_refused: u8,\n", ""),
        ("pub subsystem_vendor: u16", "pub subsystem_vendors: u16"),
        ("pub const VPASID_MAX_CAPS: usize = 16", "pub const VPASID_MAX_CAPS: usize = 15"),
        ("VPASID_VERSION: &str = \"0.", "VPASID_VERSION: &str = \"1."),
        ("pub fn vpasid_layout_digest(layout: *const", "pub fn vpasid_layout_digest(layout: *mut"),
        ("allocation: u32) -> u16", "allocation: u32) -> u32"),
        ("pub fn vpasid_destroy(iommufd: c_int, id: u32)", "pub fn vpasid_destroy(iommufd: c_int)"),
    ];

    for (right, instead) in wrong {
        let text = source();

        assert!(text.contains(right), "{right}");
        assert!(agrees(&text.replace(right, instead)).is_err(), "{instead}");
    }
}

#[test]
fn rust_lays_each_struct_out_as_c_does() {
    let (sizes, declared) = (sizes(), Declarations::of_crate());
    let mut c = HEADERS.to_string();

    for (name, size, align) in &sizes {
        c += &format!("_Static_assert(sizeof(struct {name}) == {size}, \"{name}\");\n");
        c += &format!("_Static_assert(_Alignof(struct {name}) == {align}, \"{name}\");\n");
    }
    cc(&["-fsyntax-only"], &c).unwrap_or_else(|error| panic!("{error}"));

    let sized: BTreeSet<_> = sizes.iter().map(|(name, ..)| name.to_string()).collect();
    let structs: BTreeSet<_> = declared.structs.iter().map(|(name, _)| name.clone()).collect();
    assert_eq!(sized, structs);
    assert_eq!(source().matches("#[repr(C)]").count(), source().matches("pub struct ").count());
}

/// The words of a text that begin so.
fn words<'a>(text: &'a str, prefix: &str) -> BTreeSet<&'a str> {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .filter(|word| word.starts_with(prefix))
        .collect()
}

#[test]
fn every_constant_of_the_headers_is_declared() {
    let (macros, text) = (cc(&["-E", "-dM"], HEADERS).unwrap(), cc(&["-E"], HEADERS).unwrap());
    let declared = Declarations::of_crate();
    let mut expected = words(&text, "VPASID_");

    for line in macros.lines() {
        let mut parts = line.splitn(3, ' ').skip(1);
        let (name, value) = (parts.next().unwrap(), parts.next().unwrap_or(""));

        if name.starts_with("VPASID_") && !name.contains('(') && !value.is_empty() {
            expected.insert(name);
        }
    }
    expected.remove("VPASID_API");
    let missing: Vec<_> = expected.difference(&declared.names()).cloned().collect();
    assert!(expected.len() > 100 && missing.is_empty(), "{missing:?}");
}

#[test]
fn every_struct_of_the_headers_is_declared_with_every_field() {
    let text = cc(&["-E"], HEADERS).unwrap();
    let declared = Declarations::of_crate();
    let mut found = 0;

    for (at, word) in text.match_indices("struct vpasid_") {
        let item = &text[at + word.len()..];
        let (name, body) = item.split_once('{').unwrap_or((" ", ""));
        let name = format!("vpasid_{}", name.trim_end());

        if !name.chars().all(|letter| letter.is_alphanumeric() || letter == '_') {
            continue;
        }
        let count = body.split('}').next().unwrap().matches(';').count();
        let (_, fields) = declared
            .structs
            .iter()
            .find(|(one, _)| *one == name)
            .unwrap_or_else(|| panic!("{name} isn't declared"));

        assert_eq!(fields.len(), count, "{name}");
        found += 1;
    }
    assert_eq!(found, declared.structs.len());
}

#[test]
fn every_symbol_of_the_library_is_declared() {
    let map = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../lib/libvpasid.map");
    let map = fs::read_to_string(map).unwrap();
    let declared = Declarations::of_crate();
    let functions: BTreeSet<_> =
        declared.functions.iter().map(|(name, ..)| name.as_str()).collect();

    assert_eq!(words(&map, "vpasid_"), functions);
}

/// Whether the library that is linked is that of the headers.
#[test]
fn the_library_is_that_of_the_headers() {
    // SAFETY: it returns a static string.
    let version = unsafe { std::ffi::CStr::from_ptr(vpasid_version()) };

    assert_eq!(version.to_str(), Ok(VPASID_VERSION));
}
