//! Holds answers against the OpenAPI document: enough of JSON Schema for what the document uses, and nothing it does not understand.

use std::sync::LazyLock;

use serde_json::Value;

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(&yinxin_api::document()).unwrap());

pub fn document() -> &'static Value {
    &DOCUMENT
}

/// The paths of the document with their methods: `get /healthz`.
pub fn endpoints() -> Vec<String> {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let of_path = |(path, item): (&String, &Value)| -> Vec<String> {
        item.as_object()
            .unwrap()
            .keys()
            .map(|method| format!("{method} {path}"))
            .collect()
    };
    paths.iter().flat_map(of_path).collect()
}

/// The endpoint of the document that a request goes to.
pub fn endpoint_of(method: &str, uri: &str) -> Option<String> {
    let path = uri.split('?').next().unwrap();
    let fits = |template: &str| {
        let (want, have): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
        want.len() == have.len()
            && want
                .iter()
                .zip(&have)
                .all(|(want, have)| want.starts_with('{') || want == have)
    };
    let method = if method == "HEAD" {
        "get".to_owned()
    } else {
        method.to_lowercase()
    };
    // A path spelled out goes before one with a parameter, as in the router.
    let mut fitting: Vec<_> = endpoints()
        .into_iter()
        .filter(|endpoint| {
            endpoint
                .split_once(' ')
                .is_some_and(|(known, template)| known == method && fits(template))
        })
        .collect();
    fitting.sort_by_key(|endpoint| endpoint.matches('{').count());
    fitting.into_iter().next()
}

/// What is wrong with an answer of an endpoint, if anything.
pub fn check_answer(endpoint: &str, status: u16, media_type: &str, body: &[u8]) -> Result<(), String> {
    let (method, path) = endpoint.split_once(' ').unwrap();
    let response = &DOCUMENT["paths"][path][method]["responses"][status.to_string()];
    if response.is_null() {
        return Err(format!("{endpoint} answers {status}, which is not described"));
    }
    let Some(content) = response["content"].as_object() else {
        return Ok(());
    };
    let essence = media_type.split(';').next().unwrap();
    let schema = content
        .get(essence)
        .ok_or_else(|| format!("{endpoint} answers with {essence}"))?;
    if !essence.ends_with("json") {
        return Ok(());
    }
    let value: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    check(&schema["schema"], &value).map_err(|error| format!("{endpoint} {status}: {error}"))
}

fn check(schema: &Value, value: &Value) -> Result<(), String> {
    let wrong = |what: &str| Err(format!("{what}: {value} against {schema}"));
    for (word, rule) in schema.as_object().ok_or("no schema")? {
        match word.as_str() {
            "$ref" => {
                let target = rule.as_str().unwrap().trim_start_matches('#');
                check(
                    DOCUMENT.pointer(target).ok_or_else(|| format!("no {target}"))?,
                    value,
                )?;
            }
            "type" => {
                let of = |kind: &Value| match kind.as_str().unwrap() {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "integer" => value.is_i64() || value.is_u64(),
                    "boolean" => value.is_boolean(),
                    "null" => value.is_null(),
                    _ => false,
                };
                let fits = rule
                    .as_array()
                    .map_or_else(|| of(rule), |kinds| kinds.iter().any(of));
                if !fits {
                    return wrong("type");
                }
            }
            "enum" if !rule.as_array().unwrap().contains(value) => return wrong("enum"),
            "oneOf"
                if rule
                    .as_array()
                    .unwrap()
                    .iter()
                    .filter(|one| check(one, value).is_ok())
                    .count()
                    != 1 =>
            {
                return wrong("oneOf");
            }
            "allOf" => rule
                .as_array()
                .unwrap()
                .iter()
                .try_for_each(|one| check(one, value))?,
            "required" => {
                let missing = rule
                    .as_array()
                    .unwrap()
                    .iter()
                    .find(|name| value.get(name.as_str().unwrap()).is_none());
                if let (true, Some(name)) = (value.is_object(), missing) {
                    return wrong(&format!("{name} is missing"));
                }
            }
            "properties" => {
                let members = value.as_object().into_iter().flatten();
                for (name, member) in members {
                    match rule.get(name) {
                        Some(of_member) => check(of_member, member)?,
                        None if schema["additionalProperties"] == Value::Bool(false) => {
                            return wrong(&format!("{name} is not described"));
                        }
                        None => {}
                    }
                }
            }
            "items" => value
                .as_array()
                .into_iter()
                .flatten()
                .try_for_each(|item| check(rule, item))?,
            "minimum"
                if value
                    .as_i64()
                    .is_some_and(|number| number < rule.as_i64().unwrap()) =>
            {
                return wrong("minimum");
            }
            "maximum"
                if value
                    .as_u64()
                    .is_some_and(|number| number > rule.as_u64().unwrap()) =>
            {
                return wrong("maximum");
            }
            "pattern"
                if value
                    .as_str()
                    .is_some_and(|text| !matches(rule.as_str().unwrap(), text)) =>
            {
                return wrong("pattern");
            }
            "minLength"
                if value
                    .as_str()
                    .is_some_and(|text| (text.len() as u64) < rule.as_u64().unwrap()) =>
            {
                return wrong("minLength");
            }
            "maxLength"
                if value
                    .as_str()
                    .is_some_and(|text| text.chars().count() as u64 > rule.as_u64().unwrap()) =>
            {
                return wrong("maxLength");
            }
            "enum"
            | "oneOf"
            | "minLength"
            | "maxLength"
            | "minimum"
            | "maximum"
            | "pattern"
            | "additionalProperties"
            | "description"
            | "format"
            | "minItems"
            | "maxItems" => {}
            other => return Err(format!("the schema uses `{other}`")),
        }
    }
    Ok(())
}

/// The patterns of the document: a choice of prefixes and a number of hexadecimal digits, or credit codes.
fn matches(pattern: &str, text: &str) -> bool {
    let hex = |text: &str, digits: usize| {
        text.len() == digits && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let tagged = |tags: &[(&str, usize)]| {
        tags.iter()
            .any(|(tag, digits)| text.strip_prefix(tag).is_some_and(|rest| hex(rest, *digits)))
    };
    match pattern {
        "^(sha256|sm3):[0-9a-f]{64}$" => tagged(&[("sha256:", 64), ("sm3:", 64)]),
        "^(ed25519:[0-9a-f]{64}|sm2:0[23][0-9a-f]{64}|passkey:0[23][0-9a-f]{128})$" => tagged(&[
            ("ed25519:", 64),
            ("sm2:02", 64),
            ("sm2:03", 64),
            ("passkey:02", 128),
            ("passkey:03", 128),
        ]),
        "^([0-9a-f]{2}){37,1024}$" => {
            text.len().is_multiple_of(2) && (74..=2048).contains(&text.len()) && hex(text, text.len())
        }
        "^(ed25519|sm2|passkey):[0-9a-f]{128}$" => {
            tagged(&[("ed25519:", 128), ("sm2:", 128), ("passkey:", 128)])
        }
        "^[0-9a-f]{64}$" => hex(text, 64),
        "^[0-9a-f]{14}$" => hex(text, 14),
        "^[0-9A-HJ-NPQRTUWXY]{18}$" => {
            text.len() == 18 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        }
        other => panic!("the document uses the pattern {other}"),
    }
}
