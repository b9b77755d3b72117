// SPDX-License-Identifier: MIT
//! Placement, quirks, layout, guest check and answers.

use std::io;

use crate::support::{config, place};
use vpasid::*;

#[test]
fn a_list_has_places_and_a_digest() {
    let config = config();
    let placement = place(&config, &[Cap::pasid(), Cap::pri(), Cap::ats()]);
    let places: Vec<_> =
        placement.caps().map(|cap| (cap.id(), cap.offset(), cap.length())).collect();

    assert_eq!(places, [(0x1b, Some(0xff8), 8), (0x13, Some(0xfe8), 16), (0x0f, Some(0xfe0), 8)]);
    assert_eq!(placement.digest(), Layout::read(&config).unwrap().digest());

    let caps: Vec<_> = placement.caps().collect();
    let again = Placement::from_parts(placement.digest(), &caps).unwrap();
    PlaceRequest::new(&config).verify(&again).unwrap();
    assert!(Placement::from_parts(0, &[]).is_none());
    assert!(Placement::from_parts(0, &[Cap::pasid(); 17]).is_none());

    let stale = Placement::from_parts(1, &caps).unwrap();
    let error = PlaceRequest::new(&config).verify(&stale).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stale);
}

#[test]
fn obstacles_say_what_stands_where() {
    let config = config();
    let mut quirks = Quirks::new();

    quirks.parse("mine", "device 1b36:*\n\thidden 0xff0-0xfff\n\tsource \"a manual\"\n").unwrap();
    let device = Device::from_config(&config, FunctionKind::Physical).unwrap();
    let matches = quirks.matches(&device).unwrap();
    let error = PlaceRequest::new(&config)
        .quirks(&matches)
        .ranges(&[Range { offset: 0xff0, length: 16 }])
        .place()
        .unwrap_err();
    let hidden = &error.obstacles()[0];

    assert_eq!(error.kind(), ErrorKind::NoSpace);
    assert_eq!((hidden.code, hidden.offset, hidden.length), (ObstacleCode::Hidden, 0xff0, 16));
    assert_eq!(hidden.quirk.as_ref().unwrap().source, "a manual");
    assert_eq!(hidden.quirk.as_ref().unwrap().line, 1);
    assert_eq!((hidden.cap_id, hidden.cap_length), (ext_cap::PASID, 8));

    let text = error.to_string();
    assert!(text.starts_with("the capabilities can't be placed: there is no gap"), "{text}");
    assert!(text.contains("a manual"), "{text}");
    assert_eq!(io::Error::from(error).to_string(), text);
}

#[test]
fn a_range_or_a_space_that_is_none_is_an_error() {
    let config = config();

    assert_eq!(PlaceRequest::new(&config[..64]).place().unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(
        PlaceRequest::new(&config).caps(&[Cap::pasid(); 17]).place().unwrap_err().kind(),
        ErrorKind::Invalid
    );
    assert_eq!(
        PlaceRequest::new(&[0xff; CONFIG_SIZE]).place().unwrap_err().kind(),
        ErrorKind::Gone
    );
    assert_eq!(
        PlaceRequest::new(&[0; CONFIG_SIZE]).place().unwrap_err().kind(),
        ErrorKind::NoExpress
    );
}

#[test]
fn the_layout_has_spans_and_findings() {
    let mut config = config();

    config[0x102..0x104].copy_from_slice(&[0x02, 0x0c]); // next: 0x0c0
    let layout = Layout::read(&config).unwrap();
    let finding = layout.find_break().unwrap();

    assert!(layout.is_broken());
    assert_eq!(
        (finding.code(), finding.offset(), finding.value()),
        (FindingCode::Below, 0x100, 0xc0)
    );
    assert!(finding.to_string().contains("below 0x100"), "{finding}");
    assert_eq!(layout.spans().map(|span| span.id()).collect::<Vec<_>>(), [1]);
    assert_eq!(conventional_find(&config, 0x10), Ok(Some(0x40)));
    assert_eq!(conventional_find(&config, 0x05), Ok(None));
    assert!(conventional_find(&config[..32], 0x05).is_err());
}

#[test]
fn a_search_reads_no_more_than_it_takes_and_tells_its_error() {
    let config = config();
    let mut reads = Vec::new();
    let found = ext_cap_find(1, |offset| {
        let at = usize::from(offset);

        reads.push(offset);
        Ok(Some(u32::from_le_bytes(config[at..at + 4].try_into().unwrap())))
    });

    assert_eq!((found, reads), (Ok(Some(0x100)), vec![0x100]));
    assert_eq!(ext_cap_find(1, |_| Ok(None)), Ok(None));
    let error = ext_cap_find(1, |_| Err(io::Error::from_raw_os_error(19))).unwrap_err();
    assert_eq!((error.errno(), error.kind()), (19, ErrorKind::Other));
}

#[test]
fn the_guests_kernel_is_told_before() {
    let config = config();
    let findings =
        GuestCheck::new(&config, GuestFeatures::PASID | GuestFeatures::ATS).findings().unwrap();
    let codes: Vec<_> = findings.iter().map(GuestFinding::code).collect();

    assert!(codes.contains(&GuestCode::NoPasid) && codes.contains(&GuestCode::NoAts), "{codes:?}");
    assert!(findings.iter().all(|finding| finding.hop() == 0));
    // more findings than there is room for at first
    let many = (0..40)
        .fold(GuestCheck::new(&config, GuestFeatures::PASID), |check, _| check.port(&config));
    assert!(many.findings().unwrap().len() > 16);
    // the library gets no lengths
    assert!(GuestCheck::new(&config[..256], GuestFeatures::PASID).findings().is_err());
    assert!(GuestCheck::new(&config, GuestFeatures::PASID).port(&config[1..]).findings().is_err());
}

#[test]
fn an_answer_is_made_of_data() {
    let info = Info::from_feature(FEATURE_PASID_STABLE, &[0, 0, 0, 16]);
    assert!(info.is_ok(), "{info:?}");
    assert_eq!(Info::from_feature(FEATURE_PASID, &[0; 5]).unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(Info::from_hw_info(&[0; 40], false).unwrap_err().kind(), ErrorKind::Unknown);
    assert_eq!(Info::from_hw_info(&[0; 40], true).unwrap().width(), 0);
    assert_eq!(Info::from_registers(0xffff, 0xffff).unwrap_err().kind(), ErrorKind::Gone);

    let refused = Info::new(20, Permissions::NONE).with_attach_refused();
    assert_eq!((refused.usable_width(), refused.enabled()), (0, None));

    let function = Info::from_registers(0x1406, 0x0007).unwrap();
    let iommufd = Info::from_hw_info(&[0; 40], true).unwrap();
    let both = Info::combine(&function, &iommufd);
    assert_eq!((both.source(), both.second()), (Source::Registers, Source::Iommufd));
    assert_eq!((both.iommu_width(), both.usable_width()), (Some(0), 0));
    assert_eq!(both.source().to_string(), "registers");
}

#[test]
fn files_that_arent_devices_arent_asked() {
    let file = std::fs::File::open("/dev/null").unwrap();

    assert_eq!(Info::query_device(&file).unwrap_err().kind(), ErrorKind::Unsupported);
    assert_eq!(Info::query_iommufd(&file, 1).unwrap_err().kind(), ErrorKind::Unsupported);
    let none = None::<(&std::fs::File, u32)>;
    assert_eq!(Info::query_bound(&file, none, None).unwrap_err().kind(), ErrorKind::Unsupported);
    let registers = Registers { capability: 0x1406, control: 1 };
    assert_eq!(Info::query_bound(&file, none, Some(registers)).unwrap().width(), 20);
    assert!(Iommu::query(&file, 1).is_err());
    assert_eq!(attach::ioas_alloc(&file).unwrap_err().kind(), ErrorKind::Unsupported);
    assert!(!attach::attach(&file, 42, 1).unwrap_err().why().is_empty());
    assert_eq!(attach::detach(&file, 0).unwrap_err().kind(), ErrorKind::Invalid);
}

#[test]
fn an_iommu_of_another_kind_isnt_decoded() {
    let iommu = Iommu::new(IommuType::Other(77), &[0; 64]);

    assert_eq!(iommu.abilities().unwrap_err().kind(), ErrorKind::Unsupported);
    assert!(iommu.fields().is_empty());
    assert_eq!(
        Iommu::new(IommuType::Amd, &[0; 1]).abilities().unwrap_err().kind(),
        ErrorKind::Malformed
    );
    assert!(!Iommu::new(IommuType::IntelVtd, &[0; 24]).fields().is_empty());
}
