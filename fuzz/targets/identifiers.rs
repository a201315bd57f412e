//! Chinese identifiers: what is accepted is given back as it was written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use yinxin_types::identifiers::{
    CitizenNumber, DivisionCode, PropertyUnitCode, ServiceItemCode, SocialCreditCode,
};

fuzz_target!(|text: &str| {
    if let Ok(number) = CitizenNumber::parse(text) {
        // The check character may be typed in lower case; it is kept as the standard writes it.
        assert_eq!(number.reveal(), text.replace('x', "X"));
    }
    if let Ok(code) = SocialCreditCode::parse(text) {
        assert_eq!(code.as_str(), text);
    }
    if let Ok(code) = PropertyUnitCode::parse(text) {
        assert_eq!(code.as_str(), text);
    }
    if let Ok(code) = DivisionCode::parse(text) {
        assert_eq!(code.as_str(), text);
    }
    if let Ok(code) = ServiceItemCode::parse(text) {
        assert_eq!(code.as_str(), text);
    }
});
