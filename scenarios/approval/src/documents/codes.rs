//! The rejections of documents: `PROC_*` from 2571, `FORM_*` from 2581.

use yinxin_types::Code;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $status:literal, $source:literal;)*) => {
        $($(#[$doc])* pub(crate) const $name: Code = Code { number: $number, name: stringify!($name), source: $source, status: $status };)*
        /// Every code of documents, by number.
        pub(crate) const DOCUMENTS: &[Code] = &[$($name),*];
    };
}

codes! {
    /// The document has another process than the one it is named after, or several.
    PROC_NAME = 2571, 400, "docs/reference/processes.md";
    /// The document cannot be executed: an element, attribute or condition is unknown or unsupported, or something is missing.
    PROC_MALFORMED = 2572, 400, "docs/reference/processes.md";
    /// A case could come to a standstill in the process, or a step lacks what government must say of it.
    PROC_UNSOUND = 2573, 400, "docs/reference/processes.md; 行政许可法 §32, §42, §48";
    /// The form has a keyword, a value or a reference that forms cannot have.
    FORM_MALFORMED = 2581, 400, "docs/reference/forms.md";
    /// The pattern of a field is outside the safe subset.
    FORM_PATTERN = 2582, 400, "docs/reference/forms.md";
    /// A public field could hold personal data.
    FORM_PERSONAL = 2583, 400, "个人信息保护法 §6, §51";
    /// A value does not fit its field.
    FORM_VALUE = 2584, 400, "docs/reference/forms.md";
}
