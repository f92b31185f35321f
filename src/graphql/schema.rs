//! A schema, from the language it is written in (SDL).

use super::Mistake;
use super::document::{Name, OperationKind, TypeRef};
use super::syntax::{definitions, first_token, name, type_ref};
use apollo_parser::cst::{self, CstNode as _};
use indexmap::IndexMap;

/// The scalars every schema has.
pub(super) const SCALARS: [&str; 5] = ["Int", "Float", "String", "Boolean", "ID"];

/// The directives every schema has.
const DIRECTIVES: [&str; 5] = ["include", "skip", "deprecated", "specifiedBy", "oneOf"];

/// Types by name, and where operations begin.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// What messages call its file.
    pub name: String,
    /// Every type.
    pub types: IndexMap<String, TypeSpec>,
    query: Option<String>,
    mutation: Option<String>,
    subscription: Option<String>,
    directives: Vec<String>,
}

/// One type.
#[derive(Clone, Debug)]
pub struct TypeSpec {
    /// What it is.
    pub kind: TypeKind,
    /// Of objects and interfaces.
    pub fields: IndexMap<String, FieldType>,
    /// Of input objects.
    pub inputs: IndexMap<String, InputType>,
    /// The values of an enum; the members of a union; the interfaces of an object.
    pub names: Vec<String>,
}

/// What a type is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypeKind {
    /// `scalar`
    Scalar,
    /// `type`
    Object,
    /// `interface`
    Interface,
    /// `union`
    Union,
    /// `enum`
    Enum,
    /// `input`
    Input,
}

impl TypeKind {
    /// Whether fields are asked of it.
    #[must_use]
    pub fn is_composite(self) -> bool {
        matches!(self, TypeKind::Object | TypeKind::Interface | TypeKind::Union)
    }
}

/// A field of an object or interface.
#[derive(Clone, Debug)]
pub struct FieldType {
    /// What it gives.
    pub ty: TypeRef,
    /// What it takes.
    pub arguments: IndexMap<String, InputType>,
}

/// An argument, or a member of an input object.
#[derive(Clone, Debug)]
pub struct InputType {
    /// What it takes.
    pub ty: TypeRef,
    /// Whether it may be left out although it is not nullable.
    pub has_default: bool,
}

impl InputType {
    /// Whether it must be given.
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.ty.is_required() && !self.has_default
    }
}

impl Schema {
    /// Reads a schema.
    ///
    /// # Errors
    /// Every mistake: of syntax, a type that is named and not defined, no `Query`.
    pub fn parse(name: &str, text: &str) -> Result<Schema, Vec<Mistake>> {
        let mut schema = Schema { name: name.to_owned(), ..Schema::default() };
        for scalar in SCALARS {
            schema.types.insert(scalar.to_owned(), TypeSpec::of(TypeKind::Scalar));
        }
        schema.directives = DIRECTIVES.map(ToOwned::to_owned).to_vec();
        let definitions = definitions(text).map_err(|mut mistakes| {
            for mistake in &mut mistakes {
                mistake.message = mistake.message.replace("the query is", "the schema is");
            }
            mistakes
        })?;
        let mut mistakes = Vec::new();
        for definition in &definitions {
            mistakes.extend(schema.take(definition));
        }
        for (root, kind) in
            [("Query", 0), ("Mutation", 1), ("Subscription", 2)].map(|(name, kind)| (name, kind))
        {
            let slot = match kind {
                0 => &mut schema.query,
                1 => &mut schema.mutation,
                _ => &mut schema.subscription,
            };
            if slot.is_none() && schema.types.contains_key(root) {
                *slot = Some(root.to_owned());
            }
        }
        mistakes.extend(schema.undefined());
        if schema.query.is_none() && mistakes.is_empty() {
            let message = "the schema has no type `Query`";
            mistakes.push(Mistake::new(
                &(0..text.len().min(1)),
                message,
                "where do queries begin?",
            ));
        }
        if mistakes.is_empty() { Ok(schema) } else { Err(mistakes) }
    }

    /// The type an operation begins at.
    #[must_use]
    pub fn root(&self, kind: OperationKind) -> Option<&str> {
        match kind {
            OperationKind::Query => self.query.as_deref(),
            OperationKind::Mutation => self.mutation.as_deref(),
            OperationKind::Subscription => self.subscription.as_deref(),
        }
    }

    pub(super) fn directives(&self) -> impl Iterator<Item = &str> + Clone {
        self.directives.iter().map(String::as_str)
    }

    /// The objects that a value of this type may be.
    pub(super) fn possible(&self, of: &str) -> Vec<&str> {
        let Some((own, spec)) = self.types.get_key_value(of) else { return Vec::new() };
        match spec.kind {
            TypeKind::Union => spec.names.iter().map(String::as_str).collect(),
            TypeKind::Interface => {
                let objects = self.types.iter().filter(|(_, spec)| spec.kind == TypeKind::Object);
                let objects = objects.filter(|(_, spec)| spec.names.iter().any(|name| name == of));
                objects.map(|(name, _)| name.as_str()).collect()
            }
            _ => vec![own],
        }
    }

    /// Takes a definition or an extension in.
    fn take(&mut self, definition: &cst::Definition) -> Option<Mistake> {
        use cst::Definition as D;
        let name = name(definition.name());
        let spec = match definition {
            D::SchemaDefinition(it) => {
                self.roots(it.root_operation_type_definitions());
                return None;
            }
            D::SchemaExtension(it) => {
                self.roots(it.root_operation_type_definitions());
                return None;
            }
            D::DirectiveDefinition(_) => {
                self.directives.extend(name.map(|name| name.text));
                return None;
            }
            D::ScalarTypeDefinition(_) | D::ScalarTypeExtension(_) => {
                TypeSpec::of(TypeKind::Scalar)
            }
            D::ObjectTypeDefinition(it) => {
                object(TypeKind::Object, it.fields_definition(), it.implements_interfaces())
            }
            D::ObjectTypeExtension(it) => {
                object(TypeKind::Object, it.fields_definition(), it.implements_interfaces())
            }
            D::InterfaceTypeDefinition(it) => {
                object(TypeKind::Interface, it.fields_definition(), it.implements_interfaces())
            }
            D::InterfaceTypeExtension(it) => {
                object(TypeKind::Interface, it.fields_definition(), it.implements_interfaces())
            }
            D::UnionTypeDefinition(it) => union(it.union_member_types()),
            D::UnionTypeExtension(it) => union(it.union_member_types()),
            D::EnumTypeDefinition(it) => values(it.enum_values_definition()),
            D::EnumTypeExtension(it) => values(it.enum_values_definition()),
            D::InputObjectTypeDefinition(it) => input(it.input_fields_definition()),
            D::InputObjectTypeExtension(it) => input(it.input_fields_definition()),
            D::OperationDefinition(_) | D::FragmentDefinition(_) => {
                let range = first_token(definition.syntax());
                let message = "a schema defines types, found a query";
                return Some(Mistake::new(&range, message, "not of a schema"));
            }
        };
        let name = name?;
        match self.types.get_mut(&name.text) {
            Some(known) if definition.is_extension_definition() => known.extend(spec),
            Some(_) if SCALARS.contains(&&*name.text) => {}
            Some(_) => {
                let message = format!("the type `{}` is defined twice", name.text);
                return Some(Mistake::new(&name.range, message, "again"));
            }
            None => {
                self.types.insert(name.text, spec);
            }
        }
        None
    }

    fn roots(&mut self, roots: cst::CstChildren<cst::RootOperationTypeDefinition>) {
        for root in roots {
            let named = name(root.named_type().and_then(|it| it.name())).map(|name| name.text);
            let Some(kind) = root.operation_type() else { continue };
            let slot = if kind.mutation_token().is_some() {
                &mut self.mutation
            } else if kind.subscription_token().is_some() {
                &mut self.subscription
            } else {
                &mut self.query
            };
            *slot = named;
        }
    }

    /// Types that are named and not defined.
    fn undefined(&self) -> Vec<Mistake> {
        let specs = self.types.values();
        let named = specs.flat_map(|spec| {
            let fields = spec.fields.values().flat_map(|field| {
                let arguments = field.arguments.values().map(|argument| argument.ty.named());
                std::iter::once(field.ty.named()).chain(arguments)
            });
            fields.chain(spec.inputs.values().map(|input| input.ty.named()))
        });
        let undefined = named.filter(|name| !self.types.contains_key(&name.text));
        undefined
            .map(|name| {
                let message = format!("the schema has no type `{}`", name.text);
                Mistake::new(&name.range, message, "no such type")
                    .suggest(&name.text, self.types.keys().map(String::as_str))
            })
            .collect()
    }
}

impl TypeSpec {
    fn of(kind: TypeKind) -> TypeSpec {
        TypeSpec { kind, fields: IndexMap::new(), inputs: IndexMap::new(), names: Vec::new() }
    }

    fn extend(&mut self, more: TypeSpec) {
        self.fields.extend(more.fields);
        self.inputs.extend(more.inputs);
        self.names.extend(more.names);
    }
}

fn object(
    kind: TypeKind,
    fields: Option<cst::FieldsDefinition>,
    interfaces: Option<cst::ImplementsInterfaces>,
) -> TypeSpec {
    let fields = fields.into_iter().flat_map(|fields| fields.field_definitions());
    let fields = fields.filter_map(|it| {
        let arguments = it.arguments_definition().into_iter();
        let arguments =
            arguments.flat_map(|all| all.input_value_definitions()).filter_map(one_input);
        let field = FieldType { ty: type_ref(&it.ty()?)?, arguments: arguments.collect() };
        Some((name(it.name())?.text, field))
    });
    let interfaces = interfaces.into_iter().flat_map(|all| all.named_types());
    let names = interfaces.filter_map(|it| name(it.name())).map(|name: Name| name.text).collect();
    TypeSpec { fields: fields.collect(), names, ..TypeSpec::of(kind) }
}

fn one_input(it: cst::InputValueDefinition) -> Option<(String, InputType)> {
    let input = InputType { ty: type_ref(&it.ty()?)?, has_default: it.default_value().is_some() };
    Some((name(it.name())?.text, input))
}

fn union(members: Option<cst::UnionMemberTypes>) -> TypeSpec {
    let members = members.into_iter().flat_map(|all| all.named_types());
    let names = members.filter_map(|it| name(it.name())).map(|name| name.text).collect();
    TypeSpec { names, ..TypeSpec::of(TypeKind::Union) }
}

fn values(values: Option<cst::EnumValuesDefinition>) -> TypeSpec {
    let values = values.into_iter().flat_map(|all| all.enum_value_definitions());
    let names = values.filter_map(|it| Some(it.enum_value()?.text().to_string())).collect();
    TypeSpec { names, ..TypeSpec::of(TypeKind::Enum) }
}

fn input(fields: Option<cst::InputFieldsDefinition>) -> TypeSpec {
    let fields = fields.into_iter().flat_map(|all| all.input_value_definitions());
    TypeSpec { inputs: fields.filter_map(one_input).collect(), ..TypeSpec::of(TypeKind::Input) }
}
