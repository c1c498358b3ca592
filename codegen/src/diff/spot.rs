//! Where in an operation a schema stands: it decides the id and the level of a change, and how it is told.

use super::Level;

/// Which way a value travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Way {
    /// To the service.
    Request,
    /// To the caller.
    Response,
}

/// What a schema describes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Role {
    Body,
    Property,
    Parameter,
    ParameterProperty,
    Header,
}

/// What a change does to the set of valid values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Fewer are valid.
    Narrows,
    /// More are valid.
    Widens,
    /// Some come, some go.
    Both,
    /// None.
    None,
}

/// A schema's place.
#[derive(Debug, Clone)]
pub(super) struct Spot {
    pub(super) way: Way,
    pub(super) role: Role,
    /// Steps from the body or parameter, such as `owner/pets/items/name`.
    pub(super) path: String,
    /// What it is inside, such as `the request body` or `query parameter \`limit\``.
    pub(super) root: String,
    /// In a header parameter, whose properties have ids of their own.
    pub(super) in_header: bool,
    /// The media type; empty where there is none.
    pub(super) media: String,
    /// The way it does not travel: `readOnly` in a request, `writeOnly` in a response.
    pub(super) passed_over: bool,
    /// A query parameter of which each item of a list is written on its own.
    pub(super) repeats: bool,
}

/// Steps are told up to here, in bytes.
const LONGEST: usize = 4096;

impl Spot {
    pub(super) fn step(&self, step: &str) -> Self {
        let path = match self.path.len() {
            0 => step.to_owned(),
            1..LONGEST => format!("{}/{step}", self.path),
            _ => self.path.clone(),
        };
        let role = match self.role {
            Role::Body | Role::Property | Role::Header => Role::Property,
            Role::Parameter | Role::ParameterProperty => Role::ParameterProperty,
        };
        Self { path, role, ..self.clone() }
    }

    /// The items of a list: of a parameter they have the rules of the parameter.
    pub(super) fn items(&self) -> Self {
        let step = if self.path.is_empty() { "/items" } else { "items" };
        let role = if self.role == Role::Parameter { Role::Parameter } else { self.step(step).role };
        Self { role, ..self.step(step) }
    }

    /// `request-body`, `response-property`, …
    pub(super) fn prefix(&self) -> &'static str {
        match (self.way, &self.role) {
            (Way::Request, Role::Body) => "request-body",
            (Way::Request, Role::Property) => "request-property",
            (Way::Request | Way::Response, Role::Parameter) => "request-parameter",
            (Way::Request | Way::Response, Role::ParameterProperty) => "request-parameter-property",
            (Way::Response, Role::Body) => "response-body",
            (Way::Response, Role::Property) => "response-property",
            (_, Role::Header) => "response-header",
        }
    }

    /// How the place is told.
    pub(super) fn told(&self) -> String {
        if self.path.is_empty() { self.root.clone() } else { format!("`{}` of {}", self.path, self.root) }
    }

    /// The level of a change that no rule gives one.
    pub(super) fn level(&self, effect: Effect) -> Level {
        if self.passed_over {
            return Level::Safe;
        }
        match (effect, self.way) {
            (Effect::None, _) | (Effect::Narrows, Way::Response) | (Effect::Widens, Way::Request) => {
                Level::Safe
            }
            (Effect::Both, _) | (Effect::Narrows, Way::Request) | (Effect::Widens, Way::Response) => {
                Level::Breaking
            }
        }
    }
}
