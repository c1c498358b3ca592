//! How values stand in XML (OpenAPI "XML Object"), in the words of version 3.2.

/// What the schema says of a value's place in XML.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Xml {
    /// The name of the element or attribute, if it is not that of the property or type.
    pub name: Option<String>,
    /// Its prefix.
    pub prefix: Option<String>,
    /// Its namespace.
    pub namespace: Option<String>,
    /// What it is, if it is not what it would be by itself.
    pub node: Option<XmlNode>,
    /// The same of the items of a list.
    pub item: Option<Box<Xml>>,
}

/// What a value is in XML (`nodeType`; before 3.2 `attribute` and `wrapped`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum XmlNode {
    /// An element; of a list: one around its items.
    Element,
    /// An attribute.
    Attribute,
    /// Text of the element around it.
    Text,
    /// The same as a CDATA section.
    Cdata,
    /// Nothing of its own.
    None,
}
