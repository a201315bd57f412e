//! Token Status List: the draft's examples, the rules of its token, and lists that are made to do harm.

use proptest::prelude::*;
use serde_json::{Value, json};
use yinxin_credential::status_list::MAX_LIST_BYTES;
use yinxin_credential::{Bits, Error, Signer as _, Status, StatusList, StatusReference, StatusToken};

use crate::support::{NOW_S, encode, issuer, key, name, read, stranger, token, unwrapped, vectors};

const URI: &str = "https://example.com/statuslists/1";

fn statuses(values: &[u8]) -> Vec<Status> {
    values.iter().map(|value| Status::from_value(*value)).collect()
}

fn values(list: &StatusList) -> Vec<u8> {
    (0..list.capacity() as u64)
        .map(|index| list.get(index).unwrap().value())
        .collect()
}

#[test]
fn the_one_bit_example_reads_and_writes_as_printed() {
    let expected = [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1];
    let printed = json!({"bits": 1, "lst": "eNrbuRgAAhcBXQ"});
    let list = StatusList::from_value(&printed).unwrap();
    assert_eq!(values(&list), expected);
    assert_eq!(
        StatusList::from_statuses(Bits::One, &statuses(&expected)).unwrap(),
        list
    );
    assert_eq!(list.to_value(), printed);
}

#[test]
fn the_two_bit_example_reads_and_writes_as_printed() {
    let expected = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3];
    let printed = json!({"bits": 2, "lst": "eNo76fITAAPfAgc"});
    let list = StatusList::from_value(&printed).unwrap();
    assert_eq!(values(&list), expected);
    assert_eq!(
        StatusList::from_statuses(Bits::Two, &statuses(&expected)).unwrap(),
        list
    );
    assert_eq!(list.to_value(), printed);
    assert_eq!(list.get(0), Ok(Status::Invalid));
    assert_eq!(list.get(1), Ok(Status::Suspended));
    assert_eq!(list.get(2), Ok(Status::Valid));
    assert_eq!(list.get(3), Ok(Status::Other(3)));
}

/// The places of the values 0 to 255 in the draft's eight-bit example.
const EIGHT: [u64; 256] = [
    233478, 52451, 576778, 513575, 468106, 292632, 214947, 182323, 884834, 66653, 62489, 196493, 458517,
    487925, 55649, 416992, 879796, 462297, 942059, 583408, 13628, 334829, 886286, 713557, 582738, 326064,
    451545, 705889, 214350, 194502, 796765, 202828, 752834, 721327, 554740, 91122, 963483, 261779, 793844,
    165255, 614839, 758403, 403258, 145867, 96100, 477937, 606890, 167335, 488197, 211815, 797182, 582952,
    950870, 765108, 341110, 776325, 745056, 439368, 559893, 149741, 358903, 513405, 342679, 969429, 795775,
    566121, 460566, 680070, 117310, 480348, 67319, 661552, 841303, 561493, 138807, 442463, 659927, 445910,
    1046963, 829700, 962282, 299623, 555493, 292826, 517215, 551009, 898490, 837603, 759161, 459948, 290102,
    1034977, 190650, 98810, 229950, 320531, 335506, 885333, 133227, 806915, 800313, 981571, 527253, 24077,
    240232, 559572, 713399, 233941, 615514, 911768, 331680, 951527, 6805, 552366, 374660, 223159, 625884,
    417146, 320527, 784154, 338792, 1199, 679804, 1024680, 40845, 234603, 761225, 644903, 502167, 121477,
    505144, 165165, 179628, 1019195, 145149, 263738, 269256, 996739, 346296, 555864, 887384, 444173, 421844,
    653716, 836747, 783119, 918762, 946835, 253764, 519895, 471224, 134272, 709016, 44112, 482585, 461829,
    15080, 148883, 123467, 480125, 141348, 65877, 692958, 148598, 499131, 584009, 1017987, 449287, 277478,
    991262, 509602, 991896, 853666, 399318, 197815, 203278, 903979, 743015, 888308, 862143, 979421, 113605,
    206397, 127113, 844358, 711569, 229153, 521470, 401793, 398896, 940810, 293983, 884749, 384802, 584151,
    970201, 523882, 158093, 929312, 205329, 106091, 30949, 195586, 495723, 348779, 852312, 1018463, 1009481,
    448260, 841042, 122967, 345269, 794764, 4520, 818773, 556171, 954221, 598210, 887110, 1020623, 324632,
    398244, 622241, 456551, 122648, 127837, 657676, 119884, 105156, 999897, 330160, 119285, 168005, 389703,
    143699, 142524, 493258, 846778, 251420, 516351, 83344, 171931, 879178, 663475, 546865, 428362, 658891,
    500560, 557034, 830023, 274471, 629139, 958869, 663071, 152133, 19535,
];

#[test]
fn the_long_examples_hold_what_the_draft_says() {
    let Some(folder) = vectors("status-list") else {
        return;
    };
    let one = [
        0, 1993, 25460, 159495, 495669, 554353, 645645, 723232, 854545, 934534, 1000345,
    ]
    .map(|at| (at, 1));
    let two = [
        (0, 1),
        (1993, 2),
        (25460, 1),
        (159495, 3),
        (495669, 1),
        (554353, 1),
        (645645, 2),
        (723232, 1),
        (854545, 1),
        (934534, 2),
        (1000345, 3),
    ];
    let four = [
        (0, 1),
        (1993, 2),
        (35460, 3),
        (459495, 4),
        (595669, 5),
        (754353, 6),
        (845645, 7),
        (923232, 8),
        (924445, 9),
        (934534, 10),
        (1004534, 11),
        (1000345, 12),
        (1030203, 13),
        (1030204, 14),
        (1030205, 15),
    ];
    let eight: Vec<(u64, u8)> = EIGHT.into_iter().zip(0..=255).collect();
    for (file, entries) in [
        ("status_list_encoding1_long_json.md", one.as_slice()),
        ("status_list_encoding2_long_json.md", &two),
        ("status_list_encoding4_json.md", &four),
        ("status_list_encoding8_json.md", &eight),
    ] {
        let text = unwrapped(&read(&folder, file));
        let printed: Value = serde_json::from_str(&text).unwrap();
        let list = StatusList::from_value(&printed).unwrap();
        assert_eq!(list.capacity(), 1 << 20, "{file}");
        let mut expected = StatusList::new(list.bits(), 1 << 20).unwrap();
        for (index, value) in entries {
            expected.set(*index, Status::from_value(*value)).unwrap();
        }
        assert_eq!(list, expected, "{file}");
        assert_eq!(StatusList::from_value(&list.to_value()).unwrap(), list, "{file}");
    }
}

#[test]
fn the_drafts_token_verifies_under_its_key_and_no_byte_of_it_can_change() {
    let Some(folder) = vectors("status-list") else {
        return;
    };
    let text = unwrapped(&read(&folder, "status_list_jwt_raw.md"));
    let key = key("xzUEdsyLosZF0acZGRAjTKImb0lQvAvssDK5XIZELd0").key();
    let check = |text: &str| StatusToken::verify(text, &key, URI, 1_686_920_170, 1_686_920_170, 0);
    let verified = check(&text).unwrap();
    assert_eq!(verified.expires_s, Some(2_291_720_170));
    assert_eq!(verified.ttl_s, Some(43_200));
    let reference = |index| StatusReference {
        uri: URI.to_owned(),
        index,
    };
    assert_eq!(verified.status(&reference(0)), Ok(Status::Invalid));
    assert_eq!(verified.status(&reference(1)), Ok(Status::Valid));
    assert_eq!(name(verified.status(&reference(16))), "CRED_STATUS_INDEX");
    for at in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[at] ^= 1;
        if let Ok(changed) = String::from_utf8(bytes) {
            assert!(check(&changed).is_err(), "byte {at}");
        }
    }
}

fn signed() -> StatusToken {
    StatusToken {
        uri: URI.to_owned(),
        issued_s: NOW_S,
        expires_s: Some(NOW_S + 1000),
        ttl_s: Some(100),
        list: StatusList::from_statuses(Bits::Two, &statuses(&[0, 1, 2])).unwrap(),
    }
}

#[test]
fn a_token_is_of_one_address_and_says_nothing_when_it_is_old() {
    let text = signed().sign(Some("key-1"), &issuer()).unwrap();
    let check =
        |uri: &str, fetched_s, now_s| StatusToken::verify(&text, &issuer().key(), uri, fetched_s, now_s, 10);
    assert_eq!(check(URI, NOW_S, NOW_S), Ok(signed()));
    assert_eq!(
        name(check("https://example.com/statuslists/2", NOW_S, NOW_S)),
        "CRED_STATUS_LIST"
    );
    assert_eq!(name(check(URI, NOW_S, NOW_S - 11)), "CRED_NOT_YET");
    assert!(check(URI, NOW_S, NOW_S + 100).is_ok());
    assert_eq!(name(check(URI, NOW_S, NOW_S + 101)), "CRED_STATUS_STALE");
    assert!(check(URI, NOW_S + 1009, NOW_S + 1009).is_ok());
    assert_eq!(name(check(URI, NOW_S + 1010, NOW_S + 1010)), "CRED_STATUS_STALE");
    assert_eq!(
        name(StatusToken::verify(
            &text,
            &stranger().key(),
            URI,
            NOW_S,
            NOW_S,
            10
        )),
        "CRED_SIGNATURE"
    );
    let other = StatusReference {
        uri: "https://example.com/2".to_owned(),
        index: 0,
    };
    assert_eq!(name(signed().status(&other)), "CRED_STATUS_LIST");
}

#[test]
fn a_token_lacks_nothing_and_is_of_its_type() {
    let good = json!({"sub": URI, "iat": NOW_S, "status_list": signed().list.to_value()});
    let check = |header: Value, claims: &Value| {
        StatusToken::verify(
            &token(&issuer(), &header, claims),
            &issuer().key(),
            URI,
            NOW_S,
            NOW_S,
            0,
        )
    };
    let header = || json!({"alg": "ES256", "typ": "statuslist+jwt"});
    assert!(check(header(), &good).is_ok());
    assert_eq!(
        name(check(json!({"alg": "ES256", "typ": "JWT"}), &good)),
        "CRED_TYPE"
    );
    assert_eq!(
        name(check(json!({"alg": "none", "typ": "statuslist+jwt"}), &good)),
        "CRED_ALGORITHM"
    );
    for (member, value) in [
        ("sub", json!(1)),
        ("iat", json!("now")),
        ("ttl", json!(0)),
        ("ttl", json!(-5)),
        ("status_list", json!([])),
        ("status_list", json!({"bits": 3, "lst": "eNrbuRgAAhcBXQ"})),
        ("status_list", json!({"bits": "1", "lst": "eNrbuRgAAhcBXQ"})),
        ("status_list", json!({"bits": 1})),
        ("status_list", json!({"bits": 1, "lst": "eNrbuRgAAhcBXQ=="})),
        ("status_list", json!({"bits": 1, "lst": "eNrbuRgAAhcBXA"})),
        ("status_list", json!({"bits": 1, "lst": "eNrbuRgAAhc"})),
        ("status_list", json!({"bits": 1, "lst": ""})),
    ] {
        let mut claims = good.clone();
        claims[member] = value.clone();
        assert_eq!(
            name(check(header(), &claims)),
            "CRED_STATUS_LIST",
            "{member} {value}"
        );
        if matches!(member, "sub" | "iat" | "status_list") {
            claims.as_object_mut().unwrap().remove(member);
            assert_eq!(
                name(check(header(), &claims)),
                "CRED_STATUS_LIST",
                "{member} missing"
            );
        }
    }
}

#[test]
fn a_token_with_other_times_is_refused() {
    let check = |member: &str, value: Value| {
        let mut claims = json!({"sub": URI, "iat": NOW_S, "status_list": signed().list.to_value()});
        claims[member] = value;
        let text = token(
            &issuer(),
            &json!({"alg": "ES256", "typ": "statuslist+jwt"}),
            &claims,
        );
        StatusToken::verify(&text, &issuer().key(), URI, NOW_S, NOW_S, 0)
    };
    assert_eq!(name(check("exp", json!("never"))), "CRED_STATUS_LIST");
    assert_eq!(name(check("nbf", json!("never"))), "CRED_CLAIM");
    assert_eq!(name(check("nbf", json!(NOW_S + 1))), "CRED_NOT_YET");
}

#[test]
fn nothing_is_known_beyond_the_end_of_a_list() {
    let mut list = StatusList::new(Bits::Two, 5).unwrap();
    assert_eq!(list.capacity(), 8);
    assert_eq!(list.get(7), Ok(Status::Valid));
    for index in [8, 9, u64::MAX] {
        assert_eq!(name(list.get(index)), "CRED_STATUS_INDEX");
        assert_eq!(name(list.set(index, Status::Valid)), "CRED_STATUS_INDEX");
    }
    assert_eq!(name(list.set(0, Status::Other(4))), "CRED_STATUS_LIST");
    assert_eq!(
        name(StatusList::from_statuses(Bits::One, &[Status::Suspended])),
        "CRED_STATUS_LIST"
    );
    assert_eq!(
        name(StatusList::new(Bits::Eight, 0).unwrap().get(0)),
        "CRED_STATUS_INDEX"
    );
}

#[test]
fn a_small_text_that_inflates_to_a_large_list_is_refused() {
    let zeros = |length: usize| {
        let bytes = miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; length], 9);
        StatusList::from_value(&json!({"bits": 1, "lst": encode(&bytes)}))
    };
    assert_eq!(zeros(MAX_LIST_BYTES).unwrap().capacity(), MAX_LIST_BYTES * 8);
    assert_eq!(name(zeros(MAX_LIST_BYTES + 1)), "CRED_STATUS_LIST");
    assert_eq!(name(zeros(64 * MAX_LIST_BYTES)), "CRED_STATUS_LIST");
    assert_eq!(
        name(StatusList::new(Bits::One, MAX_LIST_BYTES * 8 + 1)),
        "CRED_TOO_LARGE"
    );
}

fn bits() -> impl Strategy<Value = Bits> {
    prop_oneof![
        Just(Bits::One),
        Just(Bits::Two),
        Just(Bits::Four),
        Just(Bits::Eight)
    ]
}

proptest! {
    #[test]
    fn any_statuses_are_read_back_from_the_compressed_list(bits in bits(), values in prop::collection::vec(any::<u8>(), 0..200)) {
        let most = u16::from(u8::MAX) >> (8 - bits.number());
        let statuses: Vec<Status> =
            values.iter().map(|value| Status::from_value((u16::from(*value) & most) as u8)).collect();
        let list = StatusList::from_statuses(bits, &statuses).unwrap();
        let read = StatusList::from_value(&list.to_value()).unwrap();
        prop_assert_eq!(&read, &list);
        for (index, status) in statuses.iter().enumerate() {
            prop_assert_eq!(read.get(index as u64), Ok(*status));
        }
    }

    #[test]
    fn setting_one_status_changes_no_other(bits in bits(), index in 0..64_u64, start in any::<u8>()) {
        let mask = u8::MAX >> (8 - bits.number());
        let mut list = StatusList::from_statuses(bits, &[Status::from_value(start & mask); 64]).unwrap();
        list.set(index, Status::Invalid).unwrap();
        for other in 0..64 {
            let expected = if other == index { Status::Invalid } else { Status::from_value(start & mask) };
            prop_assert_eq!(list.get(other), Ok(expected));
        }
    }

    #[test]
    fn any_compressed_bytes_give_a_list_or_an_error(bytes: Vec<u8>, bits in 0..10_u8) {
        let read = StatusList::from_value(&json!({"bits": bits, "lst": encode(&bytes)}));
        prop_assert!(matches!(read, Ok(_) | Err(Error::StatusList(_))));
    }
}
