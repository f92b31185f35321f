//! A query as data: what stands where.

use std::ops::Range;

/// A name and its bytes in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The name.
    pub text: String,
    /// Where.
    pub range: Range<usize>,
}

/// Operations and fragments.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// In order.
    pub operations: Vec<Operation>,
    /// In order.
    pub fragments: Vec<Fragment>,
}

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationKind {
    /// `query`
    Query,
    /// `mutation`
    Mutation,
    /// `subscription`
    Subscription,
}

impl OperationKind {
    /// The keyword.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            OperationKind::Query => "query",
            OperationKind::Mutation => "mutation",
            OperationKind::Subscription => "subscription",
        }
    }
}

/// One operation.
#[derive(Clone, Debug)]
pub struct Operation {
    /// What it does.
    pub kind: OperationKind,
    /// `None` for one without a name.
    pub name: Option<Name>,
    /// The variables it declares.
    pub variables: Vec<VariableDefinition>,
    /// Its directives.
    pub directives: Vec<Directive>,
    /// What it asks for.
    pub selections: Vec<Selection>,
    /// Its first word, or its brace.
    pub range: Range<usize>,
}

/// `$id: ID! = 1`
#[derive(Clone, Debug)]
pub struct VariableDefinition {
    /// Without its `$`.
    pub name: Name,
    /// Its type.
    pub ty: TypeRef,
    /// Its default.
    pub default: Option<Literal>,
}

/// `[ID!]!`
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeRef {
    /// `ID`
    Named(Name),
    /// `[…]`
    List(Box<TypeRef>),
    /// `…!`
    NonNull(Box<TypeRef>),
}

impl TypeRef {
    /// The name inside lists and exclamation marks.
    #[must_use]
    pub fn named(&self) -> &Name {
        match self {
            TypeRef::Named(name) => name,
            TypeRef::List(inner) | TypeRef::NonNull(inner) => inner.named(),
        }
    }

    /// Whether null is no value of it.
    #[must_use]
    pub fn is_required(&self) -> bool {
        matches!(self, TypeRef::NonNull(_))
    }

    /// The type without its exclamation mark.
    pub(super) fn nullable(&self) -> &TypeRef {
        match self {
            TypeRef::NonNull(inner) => inner,
            other => other,
        }
    }

    /// Whether it has the other's form and names, wherever they stand.
    pub(super) fn is(&self, other: &TypeRef) -> bool {
        match (self, other) {
            (TypeRef::Named(one), TypeRef::Named(other)) => one.text == other.text,
            (TypeRef::List(one), TypeRef::List(other))
            | (TypeRef::NonNull(one), TypeRef::NonNull(other)) => one.is(other),
            _ => false,
        }
    }
}

impl std::fmt::Display for TypeRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            TypeRef::Named(name) => f.write_str(&name.text),
            TypeRef::List(inner) => write!(f, "[{inner}]"),
            TypeRef::NonNull(inner) => write!(f, "{inner}!"),
        }
    }
}

/// `fragment NAME on TYPE {…}`
#[derive(Clone, Debug)]
pub struct Fragment {
    /// Its name.
    pub name: Name,
    /// What it is of.
    pub on: Name,
    /// Its directives.
    pub directives: Vec<Directive>,
    /// What it asks for.
    pub selections: Vec<Selection>,
}

/// One thing asked for.
#[derive(Clone, Debug)]
pub enum Selection {
    /// `alias: name(…) {…}`
    Field {
        /// What the answer calls it.
        alias: Option<Name>,
        /// Its name.
        name: Name,
        /// Its arguments.
        arguments: Vec<Argument>,
        /// Its directives.
        directives: Vec<Directive>,
        /// What is asked of it; `None` without braces.
        selections: Option<Vec<Selection>>,
    },
    /// `...NAME`
    Spread {
        /// The fragment's name.
        name: Name,
        /// Its directives.
        directives: Vec<Directive>,
    },
    /// `... on TYPE {…}`
    Inline {
        /// What it is of; `None` for what is around it.
        on: Option<Name>,
        /// Its directives.
        directives: Vec<Directive>,
        /// What it asks for.
        selections: Vec<Selection>,
    },
}

impl Selection {
    /// Its directives.
    #[must_use]
    pub fn directives(&self) -> &[Directive] {
        match self {
            Selection::Field { directives, .. }
            | Selection::Spread { directives, .. }
            | Selection::Inline { directives, .. } => directives,
        }
    }
}

/// `@include(if: $x)`
#[derive(Clone, Debug)]
pub struct Directive {
    /// Without its `@`.
    pub name: Name,
    /// Its arguments.
    pub arguments: Vec<Argument>,
}

/// `name: value`
#[derive(Clone, Debug)]
pub struct Argument {
    /// Its name.
    pub name: Name,
    /// Its value.
    pub value: Literal,
}

/// A value as written.
#[derive(Clone, Debug)]
pub struct Literal {
    /// What it is.
    pub kind: LiteralKind,
    /// Where.
    pub range: Range<usize>,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum LiteralKind {
    /// `$name`
    Variable(Name),
    /// A whole number, as written.
    Int(String),
    /// A number with a point or an exponent, as written.
    Float(String),
    /// A string, unescaped.
    String(String),
    /// `true` or `false`
    Boolean(bool),
    /// `null`
    Null,
    /// A word.
    Enum(String),
    /// `[…]`
    List(Vec<Literal>),
    /// `{…}`
    Object(Vec<Argument>),
}

impl LiteralKind {
    /// What messages call it.
    pub(super) fn words(&self) -> String {
        match self {
            LiteralKind::Variable(name) => format!("`${}`", name.text),
            LiteralKind::Int(text) | LiteralKind::Float(text) | LiteralKind::Enum(text) => {
                format!("`{text}`")
            }
            LiteralKind::String(text) => format!("the string `{text}`"),
            LiteralKind::Boolean(value) => format!("`{value}`"),
            LiteralKind::Null => "null".to_owned(),
            LiteralKind::List(_) => "a list".to_owned(),
            LiteralKind::Object(_) => "an object".to_owned(),
        }
    }
}

impl Document {
    /// The operation that is run: the one of this name, or the only one.
    #[must_use]
    pub fn operation(&self, name: Option<&str>) -> Option<&Operation> {
        match (name, self.operations.as_slice()) {
            (None, [only]) => Some(only),
            (None, _) => None,
            (Some(name), operations) => operations
                .iter()
                .find(|one| one.name.as_ref().is_some_and(|known| known.text == name)),
        }
    }

    /// A fragment by its name.
    #[must_use]
    pub fn fragment(&self, name: &str) -> Option<&Fragment> {
        self.fragments.iter().find(|fragment| fragment.name.text == name)
    }
}
