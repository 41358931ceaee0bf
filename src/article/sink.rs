//! The tree that a page is parsed into, with an account of its attributes.
//!
//! A tree's nodes are easily counted, but one tag can bring thousands of attributes, unclosed formatting elements are
//! opened again with all of theirs, and each further `<body>` adds its own to the first. So they are counted where they
//! come in, and what is above the limits is left out there, before it takes room. Errors of the markup are not kept:
//! a page can have millions.

use std::borrow::Cow;
use std::cell::Cell;

use dom_query::{Document, NodeId};
use html5ever::QualName;
use html5ever::interface::{Attribute, ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;

/// Most attributes of a page.
const MOST_ATTRIBUTES: usize = 150_000;
/// Most attributes that further `<html>` and `<body>` tags add: each is compared with all that are there.
const MOST_MERGED: usize = 1_000;

/// A tree being built.
#[derive(Default)]
pub(super) struct Sink {
    pub(super) document: Document,
    attributes: Cell<usize>,
    merged: Cell<usize>,
}

impl Sink {
    /// Whether the page has more attributes than are read: its tree is not whole then.
    pub(super) fn is_full(&self) -> bool {
        self.attributes.get() > MOST_ATTRIBUTES
    }
}

/// Adds to a count; `false` if that is above its limit.
fn count(so_far: &Cell<usize>, more: usize, limit: usize) -> bool {
    so_far.set(so_far.get().saturating_add(more));
    so_far.get() <= limit
}

impl TreeSink for Sink {
    type Handle = NodeId;
    type Output = Document;
    type ElemName<'a> = <Document as TreeSink>::ElemName<'a>;

    fn finish(self) -> Document {
        self.document
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, flags: ElementFlags) -> NodeId {
        let fits = count(&self.attributes, attributes.len(), MOST_ATTRIBUTES);
        let attributes = if fits { attributes } else { Vec::new() };
        self.document.create_element(name, attributes, flags)
    }

    fn add_attrs_if_missing(&self, target: &NodeId, attributes: Vec<Attribute>) {
        if count(&self.merged, attributes.len(), MOST_MERGED) {
            self.document.add_attrs_if_missing(target, attributes);
        }
    }

    fn get_document(&self) -> NodeId {
        self.document.get_document()
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Self::ElemName<'a> {
        self.document.elem_name(target)
    }

    fn create_comment(&self, text: StrTendril) -> NodeId {
        self.document.create_comment(text)
    }

    fn create_pi(&self, target: StrTendril, data: StrTendril) -> NodeId {
        self.document.create_pi(target, data)
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        self.document.append(parent, child);
    }

    fn append_based_on_parent_node(&self, element: &NodeId, previous: &NodeId, child: NodeOrText<NodeId>) {
        self.document.append_based_on_parent_node(element, previous, child);
    }

    fn append_doctype_to_document(&self, name: StrTendril, public: StrTendril, system: StrTendril) {
        self.document.append_doctype_to_document(name, public, system);
    }

    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        self.document.get_template_contents(target)
    }

    fn same_node(&self, one: &NodeId, other: &NodeId) -> bool {
        one == other
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.document.set_quirks_mode(mode);
    }

    fn append_before_sibling(&self, sibling: &NodeId, new: NodeOrText<NodeId>) {
        self.document.append_before_sibling(sibling, new);
    }

    fn remove_from_parent(&self, target: &NodeId) {
        self.document.remove_from_parent(target);
    }

    fn reparent_children(&self, node: &NodeId, parent: &NodeId) {
        self.document.reparent_children(node, parent);
    }

    fn is_mathml_annotation_xml_integration_point(&self, node: &NodeId) -> bool {
        self.document.is_mathml_annotation_xml_integration_point(node)
    }
}
