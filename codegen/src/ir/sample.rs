//! Small models for tests, made by hand.

use super::*;

/// An empty API with one group.
pub(crate) fn api() -> Api {
    let mut api = Api::default();
    api.info.title = "Sample".to_owned();
    api.groups.push(Group { decl: Decl::given("pet", Span::default()) });
    api
}

/// A span of its own for each thing, so that findings are not taken for the same.
pub(crate) fn span(n: usize) -> Span {
    Span { start: n as u32, end: n as u32 + 1, ..Span::default() }
}

/// A plain string.
pub(crate) fn text() -> Ty {
    Ty::plain(Kind::Prim(Prim::String(Format::Plain)))
}

/// A required field.
pub(crate) fn field(name: &str, ty: Ty) -> Field {
    Field {
        decl: Decl::given(name, span(name.len())),
        ty,
        presence: Presence::Required,
        access: Access::Both,
        indirect: false,
    }
}

/// A definition of any shape.
pub(crate) fn define(api: &mut Api, name: &str, shape: Shape) -> TypeId {
    let span = span(1000 + api.types.len());
    api.types.add(TypeDef { decl: Decl::given(name, span), shape, examples: Vec::new() })
}

/// A struct of text fields.
pub(crate) fn object(api: &mut Api, name: &str, fields: &[(&str, Access)]) -> TypeId {
    let fields =
        fields.iter().map(|(name, access)| Field { access: *access, ..field(name, text()) }).collect();
    define(api, name, Shape::Struct(Struct { fields, ..Struct::default() }))
}

/// A struct that holds lists of others.
pub(crate) fn holder(api: &mut Api, name: &str, held: &[TypeId]) -> TypeId {
    let list = |id: &TypeId| Ty::plain(Kind::List(Box::new(Ty::plain(Kind::Named(*id)))));
    let fields = held.iter().map(|id| field(&api.types.get(*id).decl.name.text(), list(id))).collect();
    define(api, name, Shape::Struct(Struct { fields, ..Struct::default() }))
}

/// A JSON body or answer.
pub(crate) fn json(id: TypeId) -> Content {
    Content {
        media_type: "application/json".to_owned(),
        ty: Ty::plain(Kind::Named(id)),
        extent: Extent::Whole,
        examples: Vec::new(),
        span: Span::default(),
    }
}

/// An operation that takes one type and answers another.
pub(crate) fn post(api: &mut Api, path: &str, asked: TypeId, told: TypeId) {
    let n = api.endpoints.len();
    api.endpoints.push(Endpoint {
        decl: Decl::given(format!("post{n}"), span(2000 + n)),
        group: 0,
        tags: Vec::new(),
        method: "POST".to_owned(),
        path: path.to_owned(),
        params: Vec::new(),
        body: Some(Body {
            docs: String::new(),
            required: true,
            content: vec![json(asked)],
            span: Span::default(),
        }),
        responses: vec![Response {
            status: Status::Code(200),
            decl: Decl::given("200", span(3000 + n)),
            headers: Vec::new(),
            content: vec![json(told)],
            links: Vec::new(),
        }],
        auth: Vec::new(),
        policy: Policy::default(),
        servers: Vec::new(),
    });
}
