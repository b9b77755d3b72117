// SPDX-License-Identifier: MIT
//! Test vectors, as data/vectors/README.md has them: what the crate answers to their questions, as
//! the same JSON that they have.

use std::cell::RefCell;

use super::json::{parse, Json};
use super::{Call, Device};
use vpasid::{
    Cap, CapRegisters, Error, FunctionKind, Info, Layout, Obstacle, ObstacleCode, Permissions,
    PlaceReason, PlaceRequest, Placement, PriStatus, Quirks, Range, VConfig, VConfigRequest,
};

type Result<T> = std::result::Result<T, String>;

/// An object of which every member has to be asked for.
struct Members<'a> {
    members: &'a [(String, Json)],
    asked: RefCell<Vec<&'static str>>,
}

impl<'a> Members<'a> {
    /// Reads an object by a function that asks for all of its members.
    fn of<T>(json: &'a Json, read: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        let members = match json {
            Json::Object(members) => members,
            _ => return Err(format!("{json} isn't an object")),
        };
        let members = Self { members, asked: RefCell::new(Vec::new()) };
        let value = read(&members)?;
        let asked = members.asked.borrow();
        let mut unknown =
            members.members.iter().filter(|(name, _)| !asked.contains(&name.as_str()));

        match unknown.next() {
            Some((name, _)) => Err(format!("the member {name} isn't known")),
            None => Ok(value),
        }
    }

    fn optional(&self, name: &'static str) -> Option<&'a Json> {
        self.asked.borrow_mut().push(name);
        self.members.iter().find(|(member, _)| member == name).map(|(_, value)| value)
    }

    fn get(&self, name: &'static str) -> Result<&'a Json> {
        self.optional(name).ok_or_else(|| format!("the member {name} is missing"))
    }

    fn hex<T: TryFrom<u64>>(&self, name: &'static str) -> Result<T> {
        narrow(hex(self.get(name)?)?, name)
    }

    fn number<T: TryFrom<u64>>(&self, name: &'static str) -> Result<T> {
        narrow(number(self.get(name)?)?, name)
    }

    fn bool(&self, name: &'static str) -> Result<bool> {
        bool(self.get(name)?)
    }

    fn string(&self, name: &'static str) -> Result<&'a str> {
        string(self.get(name)?)
    }

    fn list<T>(&self, name: &'static str, one: impl Fn(&'a Json) -> Result<T>) -> Result<Vec<T>> {
        list(self.get(name)?)?.iter().map(one).collect()
    }
}

fn narrow<T: TryFrom<u64>>(value: u64, name: &str) -> Result<T> {
    T::try_from(value).map_err(|_| format!("{name}: {value} is too large"))
}

fn string(json: &Json) -> Result<&str> {
    match json {
        Json::String(value) => Ok(value),
        _ => Err(format!("{json} isn't a string")),
    }
}

fn number(json: &Json) -> Result<u64> {
    match json {
        Json::Number(value) => Ok(*value),
        _ => Err(format!("{json} isn't a number")),
    }
}

fn bool(json: &Json) -> Result<bool> {
    match json {
        Json::Bool(value) => Ok(*value),
        _ => Err(format!("{json} is neither true nor false")),
    }
}

fn list(json: &Json) -> Result<&[Json]> {
    match json {
        Json::List(list) => Ok(list),
        _ => Err(format!("{json} isn't a list")),
    }
}

fn hex(json: &Json) -> Result<u64> {
    let text = string(json)?;

    text.strip_prefix("0x")
        .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
        .and_then(|digits| u64::from_str_radix(digits, 16).ok())
        .ok_or_else(|| format!("{text} isn't 0x and hexadecimal digits"))
}

fn bytes(json: &Json) -> Result<Vec<u8>> {
    let text = string(json)?;
    let wrong = || format!("{text} isn't two hexadecimal digits for each byte");

    if text.len() % 2 != 0 || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(wrong());
    }
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).map_err(|_| wrong()))
        .collect()
}

// What goes out. Numbers are compared, and not how many digits they have: see same().

fn put_hex(value: impl Into<u64>) -> Json {
    Json::String(format!("{:#x}", value.into()))
}

fn put_number(value: impl Into<u64>) -> Json {
    Json::Number(value.into())
}

fn put_string(value: impl Into<String>) -> Json {
    Json::String(value.into())
}

fn put_bytes(bytes: &[u8]) -> Json {
    Json::String(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn put_list(values: impl Iterator<Item = Json>) -> Json {
    Json::List(values.collect())
}

fn put<const N: usize>(members: [(&str, Json); N]) -> Vec<(String, Json)> {
    members.into_iter().map(|(name, value)| (name.to_string(), value)).collect()
}

fn put_error(error: &Error) -> Json {
    put_string(match error.errno() {
        2 => "ENOENT",
        5 => "EIO",
        6 => "ENXIO",
        7 => "E2BIG",
        12 => "ENOMEM",
        16 => "EBUSY",
        22 => "EINVAL",
        28 => "ENOSPC",
        40 => "ELOOP",
        71 => "EPROTO",
        116 => "ESTALE",
        _ => "?",
    })
}

fn put_obstacle(obstacle: &Obstacle) -> Json {
    let mut members = put([
        (
            "code",
            put_string(match obstacle.code {
                ObstacleCode::Unaligned => "unaligned",
                ObstacleCode::Outside => "outside",
                ObstacleCode::Span => "span",
                ObstacleCode::InexactSpan => "inexact-span",
                ObstacleCode::Nonzero => "nonzero",
                ObstacleCode::Hidden => "hidden",
                ObstacleCode::Small => "small",
                ObstacleCode::Head => "head",
                ObstacleCode::Virtual => "virtual",
                ObstacleCode::Range => "range",
                _ => "?",
            }),
        ),
        ("offset", put_hex(obstacle.offset)),
        ("length", put_number(obstacle.length)),
        ("cap_id", put_hex(obstacle.cap_id)),
        ("cap_length", put_number(obstacle.cap_length)),
    ]);

    if let Some((id, span)) = obstacle.span {
        members.extend(put([("id", put_hex(id)), ("span", put_hex(span))]));
    }
    if let Some(quirk) = &obstacle.quirk {
        members.extend(put([("quirk", put_string(quirk.source.as_str()))]));
    }
    Json::Object(members)
}

fn put_obstacles(obstacles: &[Obstacle]) -> (&'static str, Json) {
    ("obstacles", put_list(obstacles.iter().map(put_obstacle)))
}

fn put_cap(cap: &Cap) -> Json {
    Json::Object(put([
        ("id", put_hex(cap.id())),
        ("length", put_number(cap.length())),
        ("offset", put_hex(cap.offset().unwrap_or(0))),
        ("version", put_number(cap.cap_version())),
        (
            "reason",
            put_string(match cap.reason() {
                Some(PlaceReason::Quirk) => "quirk",
                Some(PlaceReason::Physical) => "physical",
                Some(PlaceReason::Gap) => "gap",
                Some(PlaceReason::Explicit) => "explicit",
                _ => "?",
            }),
        ),
    ]))
}

fn put_call(call: &Call) -> Json {
    Json::Object(match call {
        Call::Read(offset, length) => put([
            ("op", put_string("read")),
            ("offset", put_hex(*offset)),
            ("length", put_number(*length as u64)),
        ]),
        Call::Write(offset, bytes) => put([
            ("op", put_string("write")),
            ("offset", put_hex(*offset)),
            ("bytes", put_bytes(bytes)),
        ]),
        Call::Pasid(control) => {
            put([("op", put_string("pasid-changed")), ("control", put_hex(*control))])
        }
        Call::Ats(control) => {
            put([("op", put_string("ats-changed")), ("control", put_hex(*control))])
        }
        Call::Pri(control, allocation) => put([
            ("op", put_string("pri-changed")),
            ("control", put_hex(*control)),
            ("allocation", put_hex(*allocation)),
        ]),
        Call::Cap(id, offset, _) => put([
            ("op", put_string("cap-changed")),
            ("id", put_hex(*id)),
            ("offset", put_hex(*offset)),
        ]),
    })
}

/// Whether two values are the same; strings with 0x are numbers, and members have no order.
fn same(left: &Json, right: &Json) -> bool {
    match (left, right) {
        (Json::Object(left), Json::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(name, value)| {
                    right.iter().any(|(other, its)| name == other && same(value, its))
                })
        }
        (Json::List(left), Json::List(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(one, other)| same(one, other))
        }
        _ => match (hex(left), hex(right)) {
            (Ok(left), Ok(right)) => left == right,
            _ => left == right,
        },
    }
}

// What comes in

fn device(json: &Json) -> Result<vpasid::Device> {
    Members::of(json, |device| {
        Ok(vpasid::Device {
            vendor: device.hex("vendor")?,
            device: device.hex("device")?,
            subsystem_vendor: device.hex("subsystem_vendor")?,
            subsystem_device: device.hex("subsystem_device")?,
            revision: device.hex("revision")?,
            kind: match device.string("function")? {
                "pf" => FunctionKind::Physical,
                "vf" => FunctionKind::Virtual,
                other => return Err(format!("what is a function {other}?")),
            },
        })
    })
}

fn config(json: &Json) -> Result<Vec<u8>> {
    let mut config = vec![0; vpasid::CONFIG_SIZE];
    let mut end = 0;

    for part in list(json)? {
        let (at, bytes) =
            Members::of(part, |part| Ok((part.hex::<usize>("at")?, bytes(part.get("bytes")?)?)))?;

        if at < end || bytes.len() > 16 || at + bytes.len() > config.len() {
            return Err(format!("the bytes at {at:#x} aren't up to 16 in ascending order"));
        }
        end = at + bytes.len();
        config[at..end].copy_from_slice(&bytes);
    }
    Ok(config)
}

/// A capability of a request, or of a placement, where nothing is absent
fn cap(json: &Json) -> Result<Cap> {
    Members::of(json, |cap| {
        let offset = cap.optional("offset").map_or(Ok(0), hex)?;
        let length = cap.optional("length").map_or(Ok(0), number)?;
        let version = cap.optional("version").map_or(Ok(0), number)?;

        Ok(Cap::new(cap.hex("id")?, narrow(length, "length")?)
            .at(narrow(offset, "offset")?)
            .version(narrow(version, "version")?))
    })
}

fn info(json: &Json) -> Result<Info> {
    Members::of(json, |members| {
        let mut info = Info::new(
            members.number("width")?,
            Permissions::from_bits(members.hex("capabilities")?),
        );

        if *members.get("enabled")? != Json::Null {
            info = info.with_enabled(Permissions::from_bits(members.hex("enabled")?));
        }
        if *members.get("iommu_width")? != Json::Null {
            info = info.with_iommu_width(members.number("iommu_width")?);
        }
        Ok(if members.bool("attach_refused")? { info.with_attach_refused() } else { info })
    })
}

/// A capability's bytes, and their mask
type Registers = Option<(Vec<u8>, Option<Vec<u8>>)>;

fn registers(json: &Json) -> Result<Registers> {
    if *json == Json::Null {
        return Ok(None);
    }
    Members::of(json, |members| {
        let writable = members.optional("writable").map(bytes).transpose()?;

        Ok(Some((bytes(members.get("bytes")?)?, writable)))
    })
}

fn make_view(
    json: &Json,
    config: &[u8],
    placement: &Placement,
) -> Result<std::result::Result<VConfig<Device>, Error>> {
    Members::of(json, |view| {
        let info = view.optional("info").map(info).transpose()?;
        let registers = view.list("registers", registers)?;
        let masked = view.list("masked", |id| narrow::<u16>(hex(id)?, "masked"))?;
        let mut device = Device::new(config);
        let mut request = VConfigRequest::new(config, placement)
            .width(view.number("width")?)
            .withheld(Permissions::from_bits(view.hex("withheld")?))
            .masked(&masked);
        let registers: Vec<_> = registers
            .iter()
            .map(|registers| match registers {
                None => CapRegisters::none(),
                Some((bytes, None)) => CapRegisters::new(bytes),
                Some((bytes, Some(writable))) => CapRegisters::new(bytes).writable(writable),
            })
            .collect();

        request = request.registers(&registers);
        if let Some(info) = &info {
            request = request.info(info);
        }
        device.is_done = view.bool("stops_at_once")?;
        device.fails_at =
            view.optional("fails_at").map(|at| narrow(hex(at)?, "fails_at")).transpose()?;
        Ok(match view.string("behind")? {
            "snapshot" => request.build(device),
            "device" => request.build_over(device),
            other => return Err(format!("what is behind the view: {other}?")),
        })
    })
}

fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

fn answer_view(view: &VConfig<Device>) -> Json {
    let mut space = vec![0; vpasid::CONFIG_SIZE];
    for (index, dword) in space.chunks_exact_mut(4).enumerate() {
        // an error fills it with ones
        let _ = view.read(index * 4, dword);
    }
    let patches = view.patches().into_iter().map(|patch| {
        Json::Object(put([
            ("offset", put_hex(patch.offset)),
            ("value", put_hex(patch.value)),
            ("mask", put_hex(patch.mask)),
            ("writable", put_hex(patch.writable)),
            ("w1c", put_hex(patch.w1c)),
        ]))
    });

    Json::Object(put([("patches", put_list(patches)), ("fnv1a", put_hex(fnv1a(&space)))]))
}

fn answer_step(json: &Json, view: &mut VConfig<Device>) -> Result<Json> {
    view.behind().taken();

    let mut read = None;
    let done = Members::of(json, |step| {
        Ok(match step.string("op")? {
            "read" => {
                let mut data = vec![0; step.number("length")?];
                let done = view.read(step.hex("offset")?, &mut data);

                read = Some(put_bytes(&data));
                done
            }
            "write" => view.write(step.hex("offset")?, &bytes(step.get("bytes")?)?),
            "reset" => {
                view.reset();
                Ok(())
            }
            "pri-status" => view.set_pri_status(PriStatus::from_bits(step.hex("flags")?)),
            other => return Err(format!("what is the step {other}?")),
        })
    })?;
    let calls = view.behind().taken();
    let mut members = put([("calls", put_list(calls.iter().map(put_call)))]);

    if let Some(bytes) = read {
        members.extend(put([("bytes", bytes)]));
    }
    if let Err(error) = &done {
        members.extend(put([("error", put_error(error))]));
    }
    Ok(Json::Object(members))
}

fn put_invalid() -> Json {
    Json::Object(put([("error", put_string("EINVAL"))]))
}

/// The `out` of a vector's `in`.
fn answer(question: &Json, config: &[u8], device: &vpasid::Device) -> Result<Json> {
    Members::of(question, |question| {
        let mut quirks = Quirks::new();
        let lines = question.list("quirks", string)?;
        let ranges = question.list("ranges", |range| {
            Members::of(range, |range| {
                Ok(Range { offset: range.hex("offset")?, length: range.number("length")? })
            })
        })?;

        quirks.parse("vector", &lines.join("\n")).map_err(|error| error.to_string())?;
        let matches = quirks.matches(device).map_err(|error| error.to_string())?;
        let request = PlaceRequest::new(config).quirks(&matches).ranges(&ranges);
        let placed = request.clone().caps(&question.list("caps", cap)?).place();
        let mut out = put([(
            "place",
            Json::Object(match &placed {
                Ok(placement) => {
                    let caps: Vec<_> = placement.caps().collect();

                    put([
                        ("digest", put_hex(placement.digest())),
                        ("caps", put_list(caps.iter().map(put_cap))),
                    ])
                }
                Err(error) => put([("error", put_error(error)), put_obstacles(error.obstacles())]),
            }),
        )]);
        let mut placement = placed.ok();

        if let Some(elsewhere) = question.optional("placement") {
            let (digest, caps) = Members::of(elsewhere, |elsewhere| {
                Ok((elsewhere.hex("digest")?, elsewhere.list("caps", cap)?))
            })?;

            placement = Placement::from_parts(digest, &caps);
            out.extend(put([("verify", answer_verify(&request, placement.as_ref()))]));
        }
        out.extend(answer_steps(question, config, placement.as_ref())?);
        Ok(Json::Object(out))
    })
}

fn answer_verify(request: &PlaceRequest, placement: Option<&Placement>) -> Json {
    // the crate has none of so many capabilities
    let placement = match placement {
        Some(placement) => placement,
        None => return Json::Object(put([("error", put_string("EINVAL")), put_obstacles(&[])])),
    };

    Json::Object(match request.verify(placement) {
        Ok(()) => put([put_obstacles(&[])]).into_iter().collect(),
        Err(error) => put([("error", put_error(&error)), put_obstacles(error.obstacles())]),
    })
}

/// `view` and `steps`
fn answer_steps(
    question: &Members,
    config: &[u8],
    placement: Option<&Placement>,
) -> Result<Vec<(String, Json)>> {
    let steps = list(question.get("steps")?)?;
    let from_elsewhere = question.optional("placement").is_some();
    let mut out = Vec::new();
    let mut answers = Vec::new();

    match (question.optional("view"), placement) {
        (Some(view), Some(placement)) => match make_view(view, config, placement)? {
            Ok(mut view) => {
                out.extend(put([("view", answer_view(&view))]));
                for step in steps {
                    answers.push(answer_step(step, &mut view)?);
                }
            }
            Err(error) => {
                out.extend(put([("view", Json::Object(put([("error", put_error(&error))])))]));
            }
        },
        (Some(_), None) if from_elsewhere => out.extend(put([("view", put_invalid())])),
        _ => (),
    }
    out.extend(put([("steps", Json::List(answers))]));
    Ok(out)
}

fn answer_layout(config: &[u8]) -> Json {
    let layout = match Layout::read(config) {
        Ok(layout) => layout,
        Err(error) => return Json::Object(put([("error", put_error(&error))])),
    };
    let spans = layout.spans().map(|span| {
        Json::Object(put([
            ("offset", put_hex(span.offset())),
            ("length", put_number(span.length())),
            ("next", put_hex(span.next())),
            ("id", put_hex(span.id())),
            ("version", put_number(span.version())),
            ("exact", Json::Bool(span.is_exact())),
            ("cut", Json::Bool(span.is_cut())),
            ("hidden", Json::Bool(span.is_hidden())),
        ]))
    });

    Json::Object(put([
        ("digest", put_hex(layout.digest())),
        ("broken", Json::Bool(layout.is_broken())),
        ("loops", Json::Bool(layout.loops())),
        ("spans", put_list(spans)),
    ]))
}

/// Compares, and says where the difference is.
fn compare(what: &str, expected: &Json, answer: &Json) -> Result<()> {
    if same(expected, answer) {
        Ok(())
    } else {
        Err(format!("{what}\n  expected {expected}\n  answered {answer}"))
    }
}

/// Checks a file's layout and vectors. Returns how many vectors there are.
pub fn check(json: &Json, file: &str) -> Result<usize> {
    Members::of(json, |members| {
        if members.number::<u64>("format")? != 1 || members.string("name")? != file {
            return Err("it has another format or name".into());
        }
        members.string("description")?;
        members.string("source")?;
        let device = device(members.get("device")?)?;
        let config = config(members.get("config")?)?;
        let mut names = Vec::new();

        compare("layout", members.get("layout")?, &answer_layout(&config))?;
        for vector in list(members.get("vectors")?)? {
            Members::of(vector, |vector| {
                let name = vector.string("name")?;

                if names.contains(&name) {
                    return Err(format!("two vectors are {name}"));
                }
                names.push(name);
                let answer = answer(vector.get("in")?, &config, &device)
                    .map_err(|error| format!("{name}: {error}"))?;

                compare(name, vector.get("out")?, &answer)
            })?;
        }
        Ok(names.len())
    })
    .map_err(|error| format!("{file}: {error}"))
}

/// Each of the files that were found, by its name without .json
pub fn files() -> Vec<(String, Json)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../data/vectors");
    let mut files = Vec::new();

    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();

        if path.extension().map_or(false, |extension| extension == "json") {
            let name = path.file_stem().unwrap().to_str().unwrap().to_string();
            let json = parse(&std::fs::read_to_string(&path).unwrap())
                .unwrap_or_else(|error| panic!("{name}: {error}"));

            files.push((name, json));
        }
    }
    files
}
