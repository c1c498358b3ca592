//! Every kind of finding: its stable code, its severity, and one line that names it. `apiloom explain` has the long text.
//!
//! A01xx reading, A02xx references, A03xx the document, A04xx schemas, A05xx operations, A06xx names,
//! A07xx what the generator does not do, A08xx the configuration, A09xx GraphQL.

use crate::diagnostic::Severity;

macro_rules! codes {
    ($( $(#[doc = $doc:literal])* $name:ident $id:literal $severity:ident $title:literal; )*) => {
        /// A kind of finding.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $( #[doc = $title] $name, )* }

        impl Code {
            /// All codes, in order.
            pub const ALL: &'static [Code] = &[$( Code::$name, )*];

            /// The stable code, such as `A0201`.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $( Code::$name => $id, )* }
            }

            /// One line that names it.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $( Code::$name => $title, )* }
            }

            /// The long text: what it means, why it matters, a bad and a good example; Markdown.
            #[must_use]
            pub fn explanation(self) -> &'static str {
                match self { $( Code::$name => include_str!(concat!("explain/", $id, ".md")), )* }
            }

            /// How bad it is unless configuration says otherwise.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $( Code::$name => Severity::$severity, )* }
            }
        }
    };
}

codes! {
    Syntax "A0101" Error "the text is not well-formed YAML or JSON";
    DuplicateKey "A0102" Warning "a key stands twice in one mapping";
    TooDeep "A0103" Error "the document is nested too deeply";
    TooLarge "A0104" Error "the document is too large, or its aliases make it so";
    NotAMapping "A0105" Error "the document is not a mapping";
    BadKey "A0106" Warning "a key is not a plain text";
    LooseYaml "A0107" Warning "the text is not quite YAML";

    UnknownRef "A0201" Error "a reference leads nowhere";
    RefFile "A0202" Error "the file of a reference cannot be read";
    RefEscape "A0203" Error "a reference leaves the root folder or names a remote address";
    RefCycle "A0204" Error "a reference leads back to itself";
    RefSiblings "A0205" Warning "keys beside a reference are ignored";

    NotOpenApi "A0301" Error "the file is not an OpenAPI document";
    Swagger2 "A0302" Error "the document is Swagger 2.0";
    UnknownVersion "A0303" Warning "the version of OpenAPI is not known";
    MissingField "A0304" Warning "a required key is missing";
    WrongType "A0305" Warning "a value has the wrong type";
    UnknownField "A0306" Info "a key is not known";
    EmptyDocument "A0307" Warning "the document describes nothing";

    UnknownType "A0401" Warning "a type is not known";
    BadEnum "A0402" Warning "an enumeration is empty, repeats itself or contradicts the type";
    BadConstraint "A0403" Warning "a constraint has the wrong type or contradicts itself";
    Unsatisfiable "A0404" Warning "no value can satisfy the schema";
    MergeConflict "A0405" Warning "the parts of an allOf contradict each other";
    BadDiscriminator "A0406" Warning "a discriminator does not fit its union";
    AmbiguousUnion "A0407" Warning "two members of a union look alike";
    BadPattern "A0408" Warning "a pattern cannot be checked";
    BadDefault "A0409" Warning "a default does not fit its type";
    RequiredUnknown "A0410" Info "a required property is not described";
    FormatMisfit "A0411" Info "a format does not fit the type";
    Endless "A0412" Error "a schema contains itself without end";
    LargeCheck "A0413" Warning "a schema is too large to be held against values as a whole";
    NeverOne "A0414" Warning "what fits one alternative of a oneOf fits another too";
    BadSanitize "A0415" Warning "what is done to a text cannot be done";
    WideObject "A0416" Error "an object has more properties than a type can have";
    FirstCounts "A0417" Info "of alternatives that overlap the first that can be read counts";

    DuplicateOperationId "A0501" Warning "two operations have the same operationId";
    PathParam "A0502" Warning "the parameters of a path do not match its template";
    DuplicateParam "A0503" Warning "a parameter is described twice";
    BadPath "A0504" Error "a path is not usable";
    SameRoute "A0505" Warning "two operations would answer the same requests";
    BadStatus "A0506" Warning "a status is not one";
    NoResponse "A0507" Warning "an operation describes no response";
    BadMediaType "A0508" Warning "a media type is not one";
    UnknownSecurity "A0509" Warning "a security scheme is not declared";
    BadParam "A0510" Warning "a parameter is not described as it must be";
    NoSpelling "A0511" Warning "a style has no spelling for the type of a parameter";
    WholeQuery "A0512" Warning "a parameter takes the whole query beside others in the query";
    AdjacentVariables "A0513" Warning "two variables of a path follow each other";
    BadXml "A0516" Warning "what is said of XML is not usable";
    BadEncoding "A0517" Warning "the encoding of a form is not usable";
    SharedEncoding "A0518" Warning "one type is spelled in two ways in forms";
    NoSequence "A0520" Warning "items are described for what is no sequence";
    BadLink "A0521" Warning "a link is not described as it must be";
    NoLink "A0522" Info "a link has no function in the generated code";
    JsonParam "A0523" Info "a list in a parameter is read as JSON, as its style has no spelling for it";
    BadPagination "A0524" Warning "the pages of a list are not described as they must be";
    BadPolicy "A0525" Warning "what holds for an operation is not described as it must be";

    NameCollision "A0601" Error "two things would have the same name in the generated code";
    BadName "A0602" Error "a name given for generated code is not an identifier";
    UnknownScope "A0603" Warning "a scope is not declared by its security scheme";
    BadSecurity "A0604" Warning "a security scheme is not described as it must be";
    BadCallback "A0605" Warning "the address of a callback cannot be worked out";
    NoSender "A0606" Warning "a webhook or callback can be received and not sent";
    OtherServers "A0607" Info "servers have different base paths";

    NoStyle "A0702" Warning "a parameter style is not supported";
    NoMediaType "A0703" Warning "a media type is not supported and is handed over unread";
    NoKeyword "A0704" Warning "a schema keyword is not checked";
    HandWritten "A0706" Info "an answer is sent as the handler spells it";

    ConfigSyntax "A0801" Error "the configuration is not well-formed TOML";
    ConfigKey "A0802" Error "a key of the configuration is not known";
    ConfigValue "A0803" Error "a value of the configuration is not usable";
    NothingSelected "A0804" Error "a selector matches nothing";
    BadOverlay "A0805" Error "an overlay is not usable";
    NoTarget "A0806" Warning "the target of an overlay matches nothing";
    OverlayMisfit "A0807" Error "the value of an overlay does not fit its target";
    OtherDocument "A0808" Warning "an overlay is written for another document";
    NothingNamed "A0809" Error "a key of the configuration names nothing in the document";

    SdlSyntax "A0901" Error "the text is not well-formed GraphQL";
    SdlLimit "A0902" Error "a GraphQL schema is too large or nested too deeply";
    SdlTwice "A0903" Warning "a name of a GraphQL schema is defined twice";
    SdlKind "A0904" Warning "an extension is of another kind than what it extends";
    NotSdl "A0905" Warning "an operation stands in a GraphQL schema";
    OtherLanguage "A0906" Error "two documents are of different languages";
    Unrelated "A0907" Error "two documents have nothing in common";
}

impl Code {
    /// The code with this id, however it is written (`a0201`, `A0201`).
    #[must_use]
    pub fn find(id: &str) -> Option<Code> {
        Code::ALL.iter().copied().find(|code| code.id().eq_ignore_ascii_case(id.trim()))
    }
}
