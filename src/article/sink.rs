//! The tree that a page is parsed into, with an account of its depth and its attributes.
//!
//! A tree's nodes are easily counted, but one tag can bring thousands of attributes, unclosed formatting elements are
//! opened again with all of theirs, and each further `<body>` adds its own to the first. So they are counted where they
//! come in, and what is above the limits is left out there, before it takes room. Nor is what was written last always
//! the deepest: what stands in a table without belonging there is put before it, what comes after `</body>` into it, and
//! a template has a tree of its own. So the depth of each element is known. Errors of the markup are not kept: a page
//! can have millions.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use dom_query::{Document, NodeId};
use html5ever::QualName;
use html5ever::interface::{Attribute, ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;

/// Deepest nesting; browsers flatten what is deeper than 512.
pub(super) const DEEPEST: usize = 512;
/// Most elements that move with others, by which misnested tags are put right.
const MOST_MOVED: usize = 1_000_000;
/// Most attributes of a page.
const MOST_ATTRIBUTES: usize = 150_000;
/// Most attributes that further `<html>` and `<body>` tags add: each is compared with all that are there.
const MOST_MERGED: usize = 1_000;
/// Most attributes of a formatting element: all of them are compared with those of every other that is open.
const MOST_FORMATTING: usize = 50;
/// The formatting elements of the HTML standard (13.2.4.2).
const FORMATTING: [&str; 14] = [
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
];

/// A tree being built.
#[derive(Default)]
pub(super) struct Sink {
    pub(super) document: Document,
    attributes: Cell<usize>,
    merged: Cell<usize>,
    is_crowded: Cell<bool>,
    /// How deep the elements lie.
    depths: RefCell<HashMap<NodeId, usize>>,
    deepest: Cell<usize>,
    moved: Cell<usize>,
    came: Cell<usize>,
}

impl Sink {
    /// Whether the page has more attributes than are read: its tree is not whole then.
    pub(super) fn is_full(&self) -> bool {
        self.is_crowded.get() || self.attributes.get() > MOST_ATTRIBUTES
    }

    /// Whether elements lie in one another deeper than is read.
    pub(super) fn is_too_deep(&self) -> bool {
        self.deepest.get() > DEEPEST
    }

    /// Whether putting misnested tags right is more work than is done: the depths are not known then.
    pub(super) fn is_too_tangled(&self) -> bool {
        self.moved.get() > MOST_MOVED
    }

    /// How often something came of what was read.
    pub(super) fn came(&self) -> usize {
        self.came.get()
    }

    fn come(&self) {
        self.came.set(self.came.get().wrapping_add(1));
    }

    fn depth(&self, node: &NodeId) -> usize {
        self.depths.borrow().get(node).copied().unwrap_or(0)
    }

    /// Knows how deep an element, and what lies in it, is where it has been put.
    fn placed(&self, child: NodeId) {
        let tree = &self.document.tree;
        let above = tree.parent_of(&child).map_or(0, |parent| self.depth(&parent.id));
        let mut open = vec![(child, above + 1)];
        while let Some((node, depth)) = open.pop() {
            self.depths.borrow_mut().insert(node, depth);
            self.deepest.set(self.deepest.get().max(depth));
            for below in tree.child_ids_of_it(&node, false) {
                if !count(&self.moved, 1, MOST_MOVED) {
                    return;
                }
                open.push((below, depth + 1));
            }
        }
    }
}

/// The node that is put in, where it is one and no text.
fn node(child: &NodeOrText<NodeId>) -> Option<NodeId> {
    match child {
        NodeOrText::AppendNode(node) => Some(*node),
        NodeOrText::AppendText(_) => None,
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
        self.come();
        let fits = count(&self.attributes, attributes.len(), MOST_ATTRIBUTES);
        if attributes.len() > MOST_FORMATTING && FORMATTING.contains(&&*name.local) {
            self.is_crowded.set(true);
        }
        let attributes = if fits { attributes } else { Vec::new() };
        self.document.create_element(name, attributes, flags)
    }

    fn add_attrs_if_missing(&self, target: &NodeId, attributes: Vec<Attribute>) {
        self.come();
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
        self.come();
        self.document.create_comment(text)
    }

    fn create_pi(&self, target: StrTendril, data: StrTendril) -> NodeId {
        self.come();
        self.document.create_pi(target, data)
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        let put = node(&child);
        self.come();
        self.document.append(parent, child);
        if let Some(put) = put {
            self.placed(put);
        }
    }

    fn append_based_on_parent_node(&self, element: &NodeId, previous: &NodeId, child: NodeOrText<NodeId>) {
        let put = node(&child);
        self.come();
        self.document.append_based_on_parent_node(element, previous, child);
        if let Some(put) = put {
            self.placed(put);
        }
    }

    fn append_doctype_to_document(&self, name: StrTendril, public: StrTendril, system: StrTendril) {
        self.document.append_doctype_to_document(name, public, system);
    }

    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        let contents = self.document.get_template_contents(target);
        let depth = self.depth(target);
        self.depths.borrow_mut().insert(contents, depth);
        contents
    }

    fn same_node(&self, one: &NodeId, other: &NodeId) -> bool {
        one == other
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.document.set_quirks_mode(mode);
    }

    fn append_before_sibling(&self, sibling: &NodeId, new: NodeOrText<NodeId>) {
        let put = node(&new);
        self.come();
        self.document.append_before_sibling(sibling, new);
        if let Some(put) = put {
            self.placed(put);
        }
    }

    fn remove_from_parent(&self, target: &NodeId) {
        self.document.remove_from_parent(target);
    }

    fn reparent_children(&self, node: &NodeId, parent: &NodeId) {
        let children = self.document.tree.child_ids_of(node);
        self.document.reparent_children(node, parent);
        for child in children {
            self.placed(child);
        }
    }

    fn is_mathml_annotation_xml_integration_point(&self, node: &NodeId) -> bool {
        self.document.is_mathml_annotation_xml_integration_point(node)
    }
}
