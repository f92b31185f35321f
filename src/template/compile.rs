//! One string's template.

use super::convert::{Numbers, from_dynamic};
use super::engine::{self, MAX_OUTPUT};
use super::explain::{self, Failure, INSERTED, Inserted};
use super::findings::{Chain, Findings, Reference, Use};
use super::place::Place;
use super::views::{Context, MissingEnv, RESERVED};
use super::walk;
use super::{Scope, undefined};
use crate::diagnostic::Diagnostic;
use crate::source::{Files, Span};
use crate::value::Value;
use minijinja::machinery::ast::Expr;
use minijinja::machinery::{Token, parse, tokenize};
use minijinja::{Environment, Error, ErrorKind, Expression, Value as Dynamic};
use std::fmt;
use std::io::{self, Write};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// The name a template with statements has in its environment.
const NAME: &str = "template";

/// A compiled template. Cheap to render, shared by every use of the string.
pub struct Template {
    text: Box<str>,
    place: Place,
    program: Program,
    references: Box<[Reference]>,
}

enum Program {
    /// Exactly one `{{ expr }}`: keeps the type.
    Single(Piece),
    /// Text with `{{ expr }}` in it.
    Pieces(Vec<Segment>),
    /// Text with statements.
    Block { env: Box<Environment<'static>>, inserted: Inserted, numbers: Numbers },
}

enum Segment {
    Literal(Box<str>),
    Expression(Piece),
}

/// One expression.
struct Piece {
    expression: Compiled,
    inserted: Inserted,
    /// Where its source stands in the template.
    range: Range<usize>,
    numbers: Numbers,
    /// Whether it is `a if b`, without an `else`: then nothing is null.
    may_be_nothing: bool,
}

/// How an expression is evaluated.
enum Compiled {
    /// A variable's name alone, as most are: looked up without minijinja, whose instructions
    /// take 5 kB an expression. They are made when the variable is not set, for the message.
    Variable(Box<str>, OnceLock<Box<Result<Expression<'static, 'static>, Error>>>),
    /// Any other.
    Expression(Box<Expression<'static, 'static>>),
}

impl Compiled {
    /// The variable's value, when the expression is a variable that is set.
    fn variable<'s>(&self, scope: &'s Scope) -> Option<&'s Value> {
        match self {
            Compiled::Variable(name, _) => scope.vars.get(name),
            Compiled::Expression(_) => None,
        }
    }

    fn eval(&self, root: Dynamic) -> Result<Dynamic, Error> {
        match self {
            Compiled::Expression(expression) => expression.eval(root),
            Compiled::Variable(name, compiled) => {
                match &**compiled.get_or_init(|| Box::new(engine::compile(name))) {
                    Ok(expression) => expression.eval(root),
                    Err(error) => Err(Error::new(error.kind(), error.to_string())),
                }
            }
        }
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Template").field(&self.text).finish()
    }
}

impl Template {
    /// Whether a string has any template in it: `{{`, `{%` or `{#`.
    #[must_use]
    pub fn is_template(text: &str) -> bool {
        text.contains("{{") || text.contains("{%") || text.contains("{#")
    }

    /// Compiles the text written at `span`.
    ///
    /// # Errors
    /// When the syntax is wrong, or a filter, test or function is unknown.
    pub fn compile(text: &str, span: Span, files: &Files) -> Result<Template, Diagnostic> {
        let place = Place::new(text, span, files);
        let compiled = match cut(text).map_err(|failure| failure.explain(text, &place))? {
            Some(cuts) => pieces(text, cuts),
            None => block(text),
        };
        let (program, findings) = compiled.map_err(|failure| failure.explain(text, &place))?;
        Template::finish(text, place, program, findings)
    }

    /// Compiles an expression written without braces, as `expr` and `when` may be.
    ///
    /// # Errors
    /// As [`Template::compile`].
    pub fn compile_expression(
        text: &str,
        span: Span,
        files: &Files,
    ) -> Result<Template, Diagnostic> {
        let place = Place::new(text, span, files);
        let (piece, findings) =
            piece(text, 0..text.len()).map_err(|failure| failure.explain(text, &place))?;
        Template::finish(text, place, Program::Single(piece), findings)
    }

    fn finish(
        text: &str,
        place: Place,
        program: Program,
        findings: Findings,
    ) -> Result<Template, Diagnostic> {
        if let Some((problem, range)) = findings.problems.first() {
            return Err(explain::problem(problem, text, range, &place));
        }
        let references = references(&findings.uses, &place).into();
        Ok(Template { text: text.into(), place, program, references })
    }

    /// The string as written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where the string stands.
    #[must_use]
    pub fn span(&self) -> Span {
        self.place.span
    }

    /// The names it uses, each once.
    #[must_use]
    pub fn references(&self) -> &[Reference] {
        &self.references
    }

    /// The source of the one expression that this is, without braces.
    pub(super) fn single_source(&self) -> Option<&str> {
        match &self.program {
            Program::Single(piece) => self.text.get(piece.range.clone()),
            Program::Pieces(_) | Program::Block { .. } => None,
        }
    }

    /// The value: of the expression's own type when the string is one expression, else text.
    ///
    /// # Errors
    /// When a name is undefined or an expression fails, at its span.
    pub fn render(&self, scope: &Scope) -> Result<Value, Diagnostic> {
        let rendered = match &self.program {
            Program::Single(piece) => Contexts::new(scope).value(piece),
            Program::Pieces(segments) => text_of(segments, &mut Contexts::new(scope)),
            Program::Block { env, inserted, numbers } => {
                run_block(env, scope, *numbers).map_err(|failure| failure.without(inserted))
            }
        };
        rendered.map_err(|failure| self.explain(failure, scope))
    }

    #[cold]
    fn explain(&self, failure: Failure, scope: &Scope) -> Diagnostic {
        if failure.is_undefined() {
            let range = failure.range(&self.text);
            let chains = self.chains(&range);
            let found = undefined::explain(&self.text, &range, &chains, scope, &self.place);
            if let Some(found) = found {
                return found;
            }
        }
        failure.explain(&self.text, &self.place)
    }

    /// The lookups in the part that failed, found again: they are only needed for messages.
    fn chains(&self, range: &Range<usize>) -> Vec<Chain> {
        let of_piece = |piece: &Piece| {
            let source = self.text.get(piece.range.clone()).unwrap_or("");
            let expr = engine::parse(source).ok();
            expr.map(|expr| walk::expression(&expr, piece.range.start).chains).unwrap_or_default()
        };
        match &self.program {
            Program::Single(piece) => of_piece(piece),
            Program::Pieces(segments) => segments
                .iter()
                .filter_map(|segment| match segment {
                    Segment::Expression(piece) if piece.range.contains(&range.start) => Some(piece),
                    _ => None,
                })
                .flat_map(of_piece)
                .collect(),
            Program::Block { .. } => parse(&self.text, NAME, engine::syntax())
                .map(|tree| walk::statement(&tree).chains)
                .unwrap_or_default(),
        }
    }
}

/// The contexts of one render, made when first needed.
struct Contexts<'s> {
    scope: &'s Scope,
    kept: Option<(Arc<Context>, Dynamic)>,
    computed: Option<(Arc<Context>, Dynamic)>,
}

impl<'s> Contexts<'s> {
    fn new(scope: &'s Scope) -> Contexts<'s> {
        Contexts { scope, kept: None, computed: None }
    }

    fn evaluate(&mut self, piece: &Piece) -> Result<Dynamic, Failure> {
        let slot = match piece.numbers {
            Numbers::Kept => &mut self.kept,
            Numbers::Computed => &mut self.computed,
        };
        let (context, root) = slot.get_or_insert_with(|| root(self.scope, piece.numbers));
        let value = piece
            .expression
            .eval(root.clone())
            .map_err(|error| Failure::new(error, piece.range.start).without(&piece.inserted))?;
        check_missing(context).map_err(|failure| failure.within(piece.range.clone()))?;
        Ok(value)
    }

    fn value(&mut self, piece: &Piece) -> Result<Value, Failure> {
        if let Some(value) = piece.expression.variable(self.scope) {
            return Ok(value.clone());
        }
        let value = self.evaluate(piece)?;
        if piece.may_be_nothing && engine::is_nothing(&value) {
            return Ok(Value::Null);
        }
        let converted = from_dynamic(&value).map_err(|error| failed(error, &value, piece))?;
        Ok(converted)
    }
}

fn root(scope: &Scope, numbers: Numbers) -> (Arc<Context>, Dynamic) {
    let context = Context::new(scope, numbers);
    let root = Dynamic::from_dyn_object(Arc::clone(&context));
    (context, root)
}

/// An environment variable that was used as text without being set.
fn check_missing(context: &Context) -> Result<(), Failure> {
    match context.missing.get() {
        None => Ok(()),
        Some(name) => Err(Failure::missing_env(name)),
    }
}

fn failed(error: Error, value: &Dynamic, piece: &Piece) -> Failure {
    match value.downcast_object_ref::<MissingEnv>() {
        Some(missing) => Failure::missing_env(&missing.name).within(piece.range.clone()),
        None => Failure::new(error, piece.range.start).within(piece.range.clone()),
    }
}

fn text_of(segments: &[Segment], contexts: &mut Contexts<'_>) -> Result<Value, Failure> {
    let mut text = String::with_capacity(64);
    for segment in segments {
        match segment {
            Segment::Literal(literal) => text.push_str(literal),
            Segment::Expression(piece) => {
                match piece.expression.variable(contexts.scope) {
                    Some(Value::String(part)) => {
                        text.push_str(part);
                        continue;
                    }
                    Some(value) => {
                        text.push_str(&value.to_text());
                        continue;
                    }
                    None => {}
                }
                let value = contexts.evaluate(piece)?;
                match value.as_str() {
                    Some(part) => text.push_str(part),
                    None if piece.may_be_nothing && engine::is_nothing(&value) => {}
                    None => {
                        let value =
                            from_dynamic(&value).map_err(|error| failed(error, &value, piece))?;
                        text.push_str(&value.to_text());
                    }
                }
            }
        }
        if text.len() > MAX_OUTPUT {
            return Err(Failure::new(Error::from(ErrorKind::OutOfFuel), 0));
        }
    }
    Ok(Value::String(text))
}

fn run_block(
    env: &Environment<'static>,
    scope: &Scope,
    numbers: Numbers,
) -> Result<Value, Failure> {
    let fail = |error| Failure::new(error, 0);
    let (context, root) = root(scope, numbers);
    let mut out = Bounded(Vec::new());
    let rendered = env
        .get_template(NAME)
        .and_then(|template| template.render_captured_to(root, &mut out).map(|_| ()));
    if out.0.len() > MAX_OUTPUT {
        return Err(fail(Error::from(ErrorKind::OutOfFuel)));
    }
    rendered.map_err(fail)?;
    check_missing(&context)?;
    String::from_utf8(out.0)
        .map(Value::String)
        .map_err(|_| fail(Error::from(ErrorKind::WriteFailure)))
}

/// Text that may not grow without end.
struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(bytes);
        if self.0.len() > MAX_OUTPUT {
            Err(io::ErrorKind::FileTooLarge.into())
        } else {
            Ok(bytes.len())
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A part of a text without statements.
enum Cut {
    Literal(String),
    Expression(Range<usize>),
}

/// Cuts a text into literals and expressions; `None` when it has statements.
fn cut(text: &str) -> Result<Option<Vec<Cut>>, Failure> {
    let mut cuts = Vec::new();
    let mut open = None;
    for token in tokenize(text, false, engine::syntax()) {
        let (token, span) = token.map_err(|error| Failure::new(error, 0))?;
        match token {
            Token::BlockStart => return Ok(None),
            Token::TemplateData(literal) => cuts.push(Cut::Literal(literal.to_owned())),
            Token::VariableStart => {
                open = Some(span.start_offset as usize..span.end_offset as usize);
            }
            Token::VariableEnd => {
                if let Some(brace) = open.take() {
                    cuts.push(Cut::Expression(brace.end..span.start_offset as usize));
                }
            }
            _ => {}
        }
    }
    match open {
        Some(brace) => Err(unclosed(text, brace)),
        None => Ok(Some(cuts)),
    }
}

/// `{{` without an end: there is none, or a bracket hides it.
fn unclosed(text: &str, brace: Range<usize>) -> Failure {
    let rest = text.get(brace.end..).unwrap_or("");
    match rest.find("}}") {
        Some(end) => Failure::unclosed_bracket(brace.end..brace.end + end),
        None => Failure::unclosed(brace),
    }
}

fn pieces(text: &str, cuts: Vec<Cut>) -> Result<(Program, Findings), Failure> {
    if let [Cut::Expression(range)] = cuts.as_slice()
        && text.starts_with("{{")
        && text.ends_with("}}")
    {
        let (piece, findings) = piece(text, range.clone())?;
        return Ok((Program::Single(piece), findings));
    }
    let mut all = Findings::default();
    let mut segments = Vec::with_capacity(cuts.len());
    for cut in cuts {
        match cut {
            Cut::Literal(literal) => segments.push(Segment::Literal(literal.into())),
            Cut::Expression(range) => {
                let (piece, findings) = piece(text, range)?;
                all.uses.extend(findings.uses);
                all.problems.extend(findings.problems);
                segments.push(Segment::Expression(piece));
            }
        }
    }
    Ok((Program::Pieces(segments), all))
}

fn piece(text: &str, range: Range<usize>) -> Result<(Piece, Findings), Failure> {
    let source = text.get(range.clone()).unwrap_or("");
    let fail = |error| Failure::new(error, range.start).within(range.clone());
    let expr = engine::parse(source).map_err(fail)?;
    let findings = walk::expression(&expr, range.start);
    let joined: Vec<usize> = findings.joined.iter().map(|at| at - range.start).collect();
    let (spelt, inserted) = spell_joined(source, joined);
    let expression = match &expr {
        Expr::Var(variable) if !RESERVED.contains(&variable.id) => {
            Compiled::Variable(variable.id.into(), OnceLock::new())
        }
        _ => Compiled::Expression(Box::new(engine::compile(&spelt).map_err(fail)?)),
    };
    let piece = Piece {
        expression,
        inserted,
        range: range.clone(),
        numbers: numbers(&findings),
        may_be_nothing: may_be_nothing(&expr),
    };
    Ok((piece, findings))
}

fn block(text: &str) -> Result<(Program, Findings), Failure> {
    let fail = |error| Failure::new(error, 0);
    let findings = walk::statement(&parse(text, NAME, engine::syntax()).map_err(fail)?);
    let (spelt, inserted) = spell_joined(text, findings.joined.clone());
    let env = Box::new(engine::environment(NAME, &spelt).map_err(fail)?);
    Ok((Program::Block { env, inserted, numbers: numbers(&findings) }, findings))
}

fn numbers(findings: &Findings) -> Numbers {
    if findings.computes { Numbers::Computed } else { Numbers::Kept }
}

/// Puts `|string` behind the operands of `~`, so that `true` and `null` are spelt as JSON does.
fn spell_joined(source: &str, mut joined: Vec<usize>) -> (String, Inserted) {
    joined.sort_unstable();
    joined.dedup();
    let mut spelt = String::with_capacity(source.len() + joined.len() * INSERTED.len());
    let mut done = 0;
    for at in &joined {
        spelt.push_str(source.get(done..*at).unwrap_or(""));
        spelt.push_str(INSERTED);
        done = *at;
    }
    spelt.push_str(source.get(done..).unwrap_or(""));
    (spelt, joined.into())
}

/// Whether an expression ends in a choice without an `else`.
fn may_be_nothing(expr: &Expr<'_>) -> bool {
    match expr {
        Expr::IfExpr(choice) => choice.false_expr.as_ref().is_none_or(may_be_nothing),
        _ => false,
    }
}

/// Each name once, at its first place; guarded when any of its uses is.
fn references(uses: &[Use], place: &Place) -> Vec<Reference> {
    let mut references: Vec<Reference> = Vec::new();
    for found in uses {
        match references.iter_mut().find(|reference| reference.kind == found.kind) {
            Some(reference) => reference.is_guarded |= found.is_guarded,
            None => references.push(Reference {
                kind: found.kind.clone(),
                span: place.locate(&found.range),
                is_guarded: found.is_guarded,
            }),
        }
    }
    references
}

#[cfg(test)]
#[path = "compile_tests.rs"]
mod tests;
