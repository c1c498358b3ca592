//! Files into one schema: syntax by apollo-compiler, then definitions, then extensions.

use super::merge;
use super::model::{Named, Roots, Schema};
use super::part::{self, Part};
use crate::code::Code;
use crate::diagnostic::Diagnostics;
use crate::source::{FileId, Role, SourceFile, Sources, Span};
use apollo_compiler::Name;
use apollo_compiler::ast::{self, Definition, OperationType};
use apollo_compiler::parser::{Parser, SourceSpan};
use apollo_compiler::validation::DiagnosticList;

/// How deep types, values and selections may be nested.
const MAX_DEPTH: usize = 200;

/// The most tokens of one file; ten times those of the largest public schemas.
const MAX_TOKENS: usize = 2_000_000;

/// Names that files of GraphQL schemas end with.
pub const EXTENSIONS: [&str; 4] = ["graphql", "graphqls", "gql", "sdl"];

/// Whether these are files of a GraphQL schema: by the name of the entry, or by how it begins when its name does not
/// tell, as that of standard input.
#[must_use]
pub fn is_schema(sources: &Sources) -> bool {
    let Some((_, entry)) = sources.files().next() else { return false };
    match entry.path.rsplit_once('.') {
        Some((_, end)) if !end.contains(['/', ' ']) => {
            EXTENSIONS.iter().any(|one| one.eq_ignore_ascii_case(end))
        }
        _ => begins_as_schema(&entry.text),
    }
}

fn begins_as_schema(text: &str) -> bool {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    let Some(line) = line else { return false };
    let word = line.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    let starts = ["type", "schema", "extend", "directive", "scalar", "enum", "input", "interface", "union"];
    let is_key = line[word.len()..].trim_start().starts_with(':');
    line.starts_with("\"\"\"") || (starts.contains(&word) && !is_key)
}

/// Reads all files as one schema.
pub fn read(sources: &Sources, diagnostics: &mut Diagnostics) -> Schema {
    let mut reader = Reader { schema: Schema::default(), diagnostics, has_roots: false };
    let documents: Vec<(FileId, ast::Document)> = sources
        .files()
        .filter(|(_, file)| file.role == Role::Document)
        .map(|(id, file)| (id, parse(id, file, reader.diagnostics)))
        .collect();
    for is_extension in [false, true] {
        for (file, document) in &documents {
            for definition in &document.definitions {
                if definition.is_extension_definition() == is_extension {
                    reader.definition(*file, definition);
                }
            }
        }
    }
    reader.usual_roots();
    reader.schema
}

fn parse(id: FileId, file: &SourceFile, diagnostics: &mut Diagnostics) -> ast::Document {
    let mut parser = Parser::new().recursion_limit(MAX_DEPTH).token_limit(MAX_TOKENS);
    let parsed = parser.parse_ast(file.text.as_str(), &file.path);
    let (document, errors) = match parsed {
        Ok(document) => return document,
        Err(errors) => (errors.partial, errors.errors),
    };
    syntax(id, &file.text, &errors, diagnostics);
    document
}

/// The parser's findings with places of ours.
fn syntax(id: FileId, text: &str, errors: &DiagnosticList, diagnostics: &mut Diagnostics) {
    let lines: Vec<usize> =
        std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    for found in errors.iter() {
        let span = found.line_column_range().map_or(Span { file: id, start: 0, end: 0 }, |range| {
            let offset = |line: usize, column: usize| {
                let start = lines.get(line.saturating_sub(1)).copied().unwrap_or(text.len());
                let within = text[start..].char_indices().nth(column.saturating_sub(1));
                within.map_or(text.len(), |(at, _)| start + at)
            };
            let start = offset(range.start.line, range.start.column);
            let end = offset(range.end.line, range.end.column).max(start);
            Span { file: id, start: clamp(start), end: clamp(end) }
        });
        let message = found.error.to_string();
        if message.contains("limit reached") {
            diagnostics.report(Code::SdlLimit, span, message).help(format!(
                "At most {MAX_DEPTH} levels and {MAX_TOKENS} tokens a file are read; split the file, or write it flatter."
            ));
        } else {
            let message = message.strip_prefix("syntax error: ").unwrap_or(&message);
            diagnostics.report(Code::SdlSyntax, span, message);
        }
    }
}

fn clamp(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// A place of the parser as one of ours.
pub(super) fn span(file: FileId, location: Option<SourceSpan>) -> Span {
    location.map_or(Span { file, start: 0, end: 0 }, |at| Span {
        file,
        start: clamp(at.offset()),
        end: clamp(at.end_offset()),
    })
}

pub(super) fn named(file: FileId, name: &Name) -> Named {
    Named { name: name.as_str().to_owned(), span: span(file, name.location()) }
}

struct Reader<'d> {
    schema: Schema,
    diagnostics: &'d mut Diagnostics,
    /// Whether the schema says which its root types are.
    has_roots: bool,
}

impl Reader<'_> {
    fn definition(&mut self, file: FileId, definition: &Definition) {
        match definition {
            Definition::OperationDefinition(_) | Definition::FragmentDefinition(_) => {
                let at = span(file, definition.location());
                let text = "an operation or a fragment is no part of a schema and is passed over";
                self.diagnostics.report(
                    Code::NotSdl,
                    Span { end: at.start.saturating_add(1).min(at.end), ..at },
                    text,
                );
            }
            Definition::DirectiveDefinition(node) => self.directive(file, node),
            Definition::SchemaDefinition(node) => {
                self.schema.span = span(file, node.location());
                self.roots(file, &node.root_operations);
                self.schema.applied.extend(part::applied(file, &node.directives));
                self.has_roots = true;
            }
            Definition::SchemaExtension(node) => {
                if !self.has_roots {
                    self.usual_roots();
                }
                self.roots(file, &node.root_operations);
                self.schema.applied.extend(part::applied(file, &node.directives));
            }
            Definition::ScalarTypeDefinition(_)
            | Definition::ObjectTypeDefinition(_)
            | Definition::InterfaceTypeDefinition(_)
            | Definition::UnionTypeDefinition(_)
            | Definition::EnumTypeDefinition(_)
            | Definition::InputObjectTypeDefinition(_) => {
                let read = part::of(file, definition, self.diagnostics);
                self.define(read);
            }
            Definition::ScalarTypeExtension(_)
            | Definition::ObjectTypeExtension(_)
            | Definition::InterfaceTypeExtension(_)
            | Definition::UnionTypeExtension(_)
            | Definition::EnumTypeExtension(_)
            | Definition::InputObjectTypeExtension(_) => {
                let read = part::of(file, definition, self.diagnostics);
                self.extend(read);
            }
        }
    }

    fn directive(&mut self, file: FileId, node: &ast::DirectiveDefinition) {
        let directive = part::directive(file, node, self.diagnostics);
        let name = directive.decl.name.clone();
        match self.schema.directives.get(&name) {
            Some(first) => {
                twice(
                    self.diagnostics,
                    &format!("the directive `@{name}`"),
                    directive.decl.span,
                    first.decl.span,
                );
            }
            None => {
                self.schema.directives.insert(name, directive);
            }
        }
    }

    fn roots(&mut self, file: FileId, operations: &[apollo_compiler::Node<(OperationType, Name)>]) {
        for operation in operations {
            let (kind, name) = &**operation;
            let roots = &mut self.schema.roots;
            let (slot, word) = match kind {
                OperationType::Query => (&mut roots.query, "query"),
                OperationType::Mutation => (&mut roots.mutation, "mutation"),
                OperationType::Subscription => (&mut roots.subscription, "subscription"),
            };
            let root = named(file, name);
            match slot {
                Some(first) if first.name != root.name => {
                    twice(self.diagnostics, &format!("the root type of `{word}`"), root.span, first.span);
                }
                Some(_) => {}
                None => *slot = Some(root),
            }
        }
    }

    /// Without a schema definition the root types have their usual names (section 3.3.1).
    fn usual_roots(&mut self) {
        if self.has_roots {
            return;
        }
        self.has_roots = true;
        let Schema { roots, types, .. } = &mut self.schema;
        let Roots { query, mutation, subscription } = roots;
        for (slot, name) in [(query, "Query"), (mutation, "Mutation"), (subscription, "Subscription")] {
            if let (None, Some(found)) = (&slot, types.get(name)) {
                *slot = Some(Named { name: name.to_owned(), span: found.decl.span });
            }
        }
    }

    fn define(&mut self, part: Option<Part>) {
        let Some(part) = part else { return };
        let name = part.decl.name.clone();
        match self.schema.types.get_mut(&name) {
            Some(first) => {
                twice(self.diagnostics, &format!("the type `{name}`"), part.decl.span, first.decl.span);
                merge::into(first, part, self.diagnostics);
            }
            None => {
                self.schema.types.insert(name, part);
            }
        }
    }

    /// An extension of a type that no file defines defines it: so are parts of federated schemas written.
    fn extend(&mut self, part: Option<Part>) {
        let Some(part) = part else { return };
        match self.schema.types.get_mut(&part.decl.name) {
            Some(first) => merge::into(first, part, self.diagnostics),
            None => {
                self.schema.types.insert(part.decl.name.clone(), part);
            }
        }
    }
}

/// Reports a second definition; `what` names it.
pub(super) fn twice(diagnostics: &mut Diagnostics, what: &str, again: Span, first: Span) {
    diagnostics
        .report(Code::SdlTwice, again, format!("{what} is defined twice"))
        .help("Remove one of the definitions, or write `extend` before the second.")
        .related(first, "defined here first");
}
