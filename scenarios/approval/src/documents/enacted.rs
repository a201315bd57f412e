//! Documents as governance enacted them, in the version that somebody keeps, read. What was read is kept by version and digest: that changes how
//! long an answer takes, not the answer.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use serde::Deserialize;
use serde_json::json;
use yinxin_crypto::Digest;
use yinxin_execution::{Call, Failure, Records};
use yinxin_workflow::{Document, Finding, Library, Model, check_links};

use super::forms::Form;
use super::{DECISIONS, FORMS, PROCESSES, decisions, processes};

/// How many documents of a kind are kept read; others are read again when they are asked for.
const KEPT: usize = 64;

/// A version of a document, and the digests of its text and of the texts that it rests on, those that are missing included.
type Place = (String, u32, Vec<Option<Digest>>);

/// Documents that were read, the oldest leaving first.
struct Shelf<T> {
    read: BTreeMap<Place, Option<Arc<T>>>,
    order: VecDeque<Place>,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self {
            read: BTreeMap::new(),
            order: VecDeque::new(),
        }
    }
}

static READ_PROCESSES: LazyLock<Mutex<Shelf<Document>>> = LazyLock::new(Mutex::default);
static READ_FORMS: LazyLock<Mutex<Shelf<Form>>> = LazyLock::new(Mutex::default);
static READ_DECISIONS: LazyLock<Mutex<Shelf<yinxin_rules::Document>>> = LazyLock::new(Mutex::default);
static LINKED: LazyLock<Mutex<Shelf<Linking>>> = LazyLock::new(Mutex::default);

impl<T> Shelf<T> {
    /// What is kept of a place, else what is made now.
    fn of<E>(
        shelf: &Mutex<Self>,
        place: Place,
        make: impl FnOnce() -> Result<Option<T>, E>,
    ) -> Result<Option<Arc<T>>, E> {
        let kept = shelf.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept.read.get(&place) {
            return Ok(known.clone());
        }
        drop(kept);
        let new = make()?.map(Arc::new);
        let mut kept = shelf.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.read.insert(place.clone(), new.clone()).is_none() {
            kept.order.push_back(place);
        }
        while kept.order.len() > KEPT {
            if let Some(oldest) = kept.order.pop_front() {
                kept.read.remove(&oldest);
            }
        }
        Ok(new)
    }
}

#[derive(Deserialize)]
struct Enacted {
    content: Option<String>,
    digest: Digest,
}

/// A document in a version, and the digest of its text; none where governance enacted no such version. What cannot be read is none either.
fn find<T>(
    call: &Call<'_>,
    records: &Records<'_>,
    (prefix, key, version): (&str, &str, u32),
    shelf: &Mutex<Shelf<T>>,
    read: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<(Digest, Arc<T>)>, Failure> {
    let name = format!("{prefix}{key}");
    let about = json!({ "content": false, "name": name, "version": version });
    let Some(Enacted { digest, .. }) = call.ask(records, "governance.document", &about)? else {
        return Ok(None);
    };
    let about = json!({ "name": name, "version": version });
    let found = Shelf::of(shelf, (name, version, vec![Some(digest)]), || {
        let whole: Option<Enacted> = call.ask(records, "governance.document", &about)?;
        Ok::<_, Failure>(read(&whole.and_then(|whole| whole.content).unwrap_or_default()))
    })?;
    Ok(found.map(|found| (digest, found)))
}

fn of_process(
    call: &Call<'_>,
    records: &Records<'_>,
    (key, version): (&str, u32),
) -> Result<Option<(Digest, Arc<Document>)>, Failure> {
    let read = |text: &str| processes::read(key, version, text).ok();
    find(call, records, (PROCESSES, key, version), &READ_PROCESSES, read)
}

fn of_decisions(
    call: &Call<'_>,
    records: &Records<'_>,
    (key, version): (&str, u32),
) -> Result<Option<(Digest, Arc<yinxin_rules::Document>)>, Failure> {
    let read = |text: &str| decisions::read(key, text).ok();
    find(call, records, (DECISIONS, key, version), &READ_DECISIONS, read)
}

/// A document with decisions.
pub(crate) fn rules(
    call: &Call<'_>,
    records: &Records<'_>,
    of: (&str, u32),
) -> Result<Option<Arc<yinxin_rules::Document>>, Failure> {
    Ok(of_decisions(call, records, of)?.map(|(_, document)| document))
}

/// A form.
pub(crate) fn form(
    call: &Call<'_>,
    records: &Records<'_>,
    (key, version): (&str, u32),
) -> Result<Option<Arc<Form>>, Failure> {
    let read = |text: &str| Form::read(text).ok();
    let found = find(call, records, (FORMS, key, version), &READ_FORMS, read)?;
    Ok(found.map(|(_, form)| form))
}

/// What a process asks and calls, and the digests of it.
pub(crate) fn library(
    call: &Call<'_>,
    records: &Records<'_>,
    model: &Model,
) -> Result<(Library, Vec<Option<Digest>>), Failure> {
    let digests = RefCell::new(Vec::new());
    let library = Library::gather(
        model,
        |key, version| {
            let found = of_process(call, records, (key, version))?;
            digests.borrow_mut().push(found.as_ref().map(|found| found.0));
            Ok::<_, Failure>(found.map(|(_, document)| document))
        },
        |key, version| {
            let found = of_decisions(call, records, (key, version))?;
            digests.borrow_mut().push(found.as_ref().map(|found| found.0));
            Ok(found.map(|(_, document)| document))
        },
    )?;
    Ok((library, digests.into_inner()))
}

/// A process with everything that it calls in it, and the decisions that it asks.
#[derive(Debug)]
pub(crate) struct Linked {
    pub model: Model,
    pub library: Library,
}

/// A process that can be run, or what it lacks.
pub(crate) type Linking = Result<Linked, Vec<Finding>>;

/// A process in a version, with what it needs; none where it is not there or cannot be read.
pub(crate) fn linked(
    call: &Call<'_>,
    records: &Records<'_>,
    (key, version): (&str, u32),
) -> Result<Option<Arc<Linking>>, Failure> {
    let Some((own, document)) = of_process(call, records, (key, version))? else {
        return Ok(None);
    };
    let Some(model) = document.model(key) else {
        return Ok(None);
    };
    let (library, others) = library(call, records, model)?;
    let digests = std::iter::once(Some(own)).chain(others).collect();
    let place = (key.to_owned(), version, digests);
    Shelf::of(&LINKED, place, || Ok(Some(link(model, library))))
}

fn link(model: &Model, library: Library) -> Linking {
    let findings = check_links(model, &library);
    if !findings.is_empty() {
        return Err(findings);
    }
    let model = model.linked(&library)?;
    Ok(Linked { model, library })
}
