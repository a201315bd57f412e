//! What stands in other namespaces than BPMN's: ours means something, some is for drawing, the rest is refused.

use super::xml::Space;

/// The namespace of our attributes.
pub const NAMESPACE: &str = "urn:yinxin:process:1";

/// What an extension is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It changes how the process looks or what a tool remembers of it.
    Drawn,
    /// It changes what another engine does.
    Engine,
    /// Nobody knows.
    Unknown,
}

/// The namespace of BPMN's diagrams.
pub const DIAGRAM: &str = "http://www.omg.org/spec/BPMN/20100524/DI";

/// Namespaces of drawings, translations and of tools' own notes.
const DRAWN: &[&str] = &[
    "http://bpmn.io/schema/bpmn",
    "http://bpmn.io/schema/bpmn/biocolor/1.0",
    "http://camunda.org/schema/modeler/1.0",
    "http://www.bpsim.org/schemas/1.0",
    "http://www.itp-commerce.com/BPMN2.0",
    DIAGRAM,
    "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
    "http://www.omg.org/spec/BPMN/non-normative/extensions/i18n/1.0",
    "http://www.omg.org/spec/DD/20100524/DC",
    "http://www.omg.org/spec/DD/20100524/DI",
    "http://www.signavio.com",
    "http://www.trisotech.com/2014/triso/bpmn",
    "http://www.w3.org/2001/XMLSchema-instance",
    "http://www.w3.org/XML/1998/namespace",
    "http://www.w4.eu/spec/BPMN/20110930/GRAPH",
];

/// Namespaces of other engines.
const ENGINE: &[&str] = &[
    "http://activiti.org/bpmn",
    "http://camunda.org/schema/1.0/bpmn",
    "http://camunda.org/schema/zeebe/1.0",
    "http://flowable.org/bpmn",
    "http://knowprocess.com/bpmn",
    "http://www.boc-group.com",
    "http://www.jboss.org/drools",
    TRISOTECH,
    "http://www.w4.eu/spec/BPMN/20110701/MODEL",
    "https://openapis.org/omg/extension/1.0",
];

const TRISOTECH: &str = "http://www.trisotech.com/2015/triso/modeling";

/// Attributes of engines that say who acts and with which form, which our attributes must say in any case, and what an engine keeps for
/// itself. They decide nothing here, and nothing is lost by it.
const ENGINE_DRAWN: &[&str] = &[
    "assignee",
    "candidateGroups",
    "candidateUsers",
    "formKey",
    "historyTimeToLive",
    "initiator",
    "type",
    "version",
    "versionTag",
];

/// What an attribute in another namespace is.
pub fn attribute(space: &str, local: &str) -> Kind {
    match element(space) {
        // Trisotech marks elements with what its editor shows; what it executes stands in elements.
        Kind::Engine if space == TRISOTECH || ENGINE_DRAWN.contains(&local) => Kind::Drawn,
        kind => kind,
    }
}

/// What an element in another namespace is.
pub fn element(space: &str) -> Kind {
    if DRAWN.contains(&space) {
        Kind::Drawn
    } else if ENGINE.contains(&space) {
        Kind::Engine
    } else {
        Kind::Unknown
    }
}

/// A name with its namespace, as findings tell it.
pub fn told(space: &Space, local: &str) -> String {
    match space {
        Space::Plain => local.to_owned(),
        Space::Bpmn => format!("bpmn:{local}"),
        Space::Ours => format!("yx:{local}"),
        Space::Other(space) => format!("{{{space}}}{local}"),
    }
}
