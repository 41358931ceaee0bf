//! The text of an element, a block a paragraph.

use dom_query::NodeRef;

use super::clean;

/// A paragraph, a heading or an item of a list.
#[derive(Default)]
struct Block {
    text: String,
    is_heading: bool,
    /// Characters within links.
    linked: usize,
}

impl Block {
    /// Whether it leads to other pages and says nothing else.
    fn is_link(&self) -> bool {
        self.linked * 10 >= self.text.chars().count() * 9
    }
}

/// What the walk through an element comes to next.
enum Visit<'a> {
    Node(NodeRef<'a>),
    EndOfBlock,
    EndOfLink,
}

/// The text of an element, a block a paragraph; without the headings and links at its end, under which nothing follows.
pub(super) fn paragraphs(root: &NodeRef<'_>) -> Vec<String> {
    let mut list: Vec<Block> = Vec::new();
    let mut block = Block::default();
    let mut links = 0_usize;
    let mut open = vec![Visit::Node(*root)];
    while let Some(next) = open.pop() {
        let node = match next {
            Visit::Node(node) => node,
            Visit::EndOfBlock => {
                end(&mut block, &mut list);
                continue;
            }
            Visit::EndOfLink => {
                links = links.saturating_sub(1);
                continue;
            }
        };
        if node.is_text() {
            let text = node.text();
            block.text.push_str(&text);
            if links > 0 {
                block.linked += text.chars().count();
            }
            continue;
        }
        let name = node.node_name().unwrap_or_default();
        let name = name.as_ref();
        if UNREAD.contains(&name) || (name == "table" && is_data(&node)) {
            continue;
        }
        if BLOCKS.contains(&name) {
            end(&mut block, &mut list);
            block.is_heading = matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
            open.push(Visit::EndOfBlock);
        } else if matches!(name, "br" | "td" | "th" | "hr") {
            block.text.push(' ');
        } else if name == "a" {
            links += 1;
            open.push(Visit::EndOfLink);
        }
        open.extend(node.children_it(true).map(Visit::Node));
    }
    end(&mut block, &mut list);
    while list.len() > 1 && list.last().is_some_and(|last| last.is_heading || last.is_link()) {
        list.pop();
    }
    list.into_iter().map(|block| block.text).collect()
}

fn end(block: &mut Block, list: &mut Vec<Block>) {
    let mut whole = std::mem::take(block);
    whole.text = clean::paragraph(&whole.text);
    if !whole.text.is_empty() {
        list.push(whole);
    }
}

/// Whether a table holds figures with headings, rather than the page's layout.
fn is_data(table: &NodeRef<'_>) -> bool {
    let mut headed = false;
    for inner in table.descendants_it() {
        headed |= inner.has_name("th") || inner.has_name("caption");
        if inner.has_name("table") || inner.has_name("p") {
            return false;
        }
    }
    headed
}

/// Elements that begin a paragraph.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "caption",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "li",
    "main",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "tfoot",
    "thead",
    "tr",
    "ul",
];

/// Elements whose text is not for reading.
const UNREAD: &[&str] = &[
    "audio",
    "button",
    "canvas",
    "datalist",
    "figcaption",
    "iframe",
    "input",
    "math",
    "noscript",
    "object",
    "option",
    "script",
    "select",
    "style",
    "svg",
    "template",
    "textarea",
    "title",
    "video",
];
