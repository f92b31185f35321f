//! What a template uses, found in its syntax tree without running it: the names it refers to,
//! the filters, tests and functions nobody has, and whether it computes with numbers.

use super::engine::{self, Callable};
use super::explain;
use super::findings::{Chain, Findings, Problem, ReferenceKind, Use};
use super::functions::FUNCTIONS;
use crate::registry;
use minijinja::machinery::ast::{self, BinOpKind, CallArg, CallType, Expr, Stmt};
use std::collections::HashSet;
use std::ops::Range;

/// Filters that pass values on, or only need their text.
const MOVING_FILTERS: &[&str] = &[
    "default",
    "d",
    "first",
    "last",
    "list",
    "string",
    "tojson",
    "items",
    "join",
    "length",
    "count",
    "reverse",
    "trim",
    "upper",
    "lower",
    "base64",
    "base64_decode",
    "hex",
    "urlencode",
    "sha1",
    "sha256",
    "sha512",
    "md5",
    "hmac_md5",
    "hmac_sha1",
    "hmac_sha256",
    "hmac_sha512",
    "jsonpath",
    "fromjson",
    "attr",
];

/// Tests that do not look at a number's value.
const MOVING_TESTS: &[&str] = &["defined", "undefined", "none", "string", "mapping", "sequence"];

/// Looks through an expression that stands `offset` bytes into the template.
pub(super) fn expression(expr: &Expr<'_>, offset: usize) -> Findings {
    let mut walker = Walker::new(offset);
    walker.expression(expr, Guard::None);
    walker.findings
}

/// Looks through a whole template.
pub(super) fn statement(stmt: &Stmt<'_>) -> Findings {
    let mut walker = Walker::new(0);
    walker.statement(stmt);
    walker.findings
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Guard {
    None,
    /// `default` or `is defined` stands directly on it.
    Defined,
    /// Left of `or`, or a condition: enough for an environment variable.
    Truth,
}

struct Walker<'a> {
    offset: usize,
    own: Vec<HashSet<&'a str>>,
    findings: Findings,
}

impl<'a> Walker<'a> {
    fn new(offset: usize) -> Walker<'a> {
        Walker { offset, own: vec![HashSet::new()], findings: Findings::default() }
    }

    fn is_own(&self, name: &str) -> bool {
        self.own.iter().any(|names| names.contains(name))
    }

    fn declare(&mut self, name: &'a str) {
        if let Some(names) = self.own.last_mut() {
            names.insert(name);
        }
    }

    fn target(&mut self, expr: &Expr<'a>) {
        match expr {
            Expr::Var(var) => self.declare(var.id),
            Expr::List(list) => list.items.iter().for_each(|item| self.target(item)),
            Expr::Tuple(tuple) => tuple.items.iter().for_each(|item| self.target(item)),
            Expr::GetAttr(attribute) => self.expression(&attribute.expr, Guard::None),
            _ => {}
        }
    }

    fn scoped(&mut self, visit: impl FnOnce(&mut Walker<'a>)) {
        self.own.push(HashSet::new());
        visit(self);
        self.own.pop();
    }

    fn range(&self, expr: &Expr<'_>) -> Range<usize> {
        start(expr) + self.offset..expr.span().end_offset as usize + self.offset
    }

    fn statements(&mut self, body: &[Stmt<'a>]) {
        body.iter().for_each(|stmt| self.statement(stmt));
    }

    fn statement(&mut self, stmt: &Stmt<'a>) {
        match stmt {
            Stmt::Template(template) => self.statements(&template.children),
            Stmt::EmitExpr(emit) => self.expression(&emit.expr, Guard::None),
            Stmt::EmitRaw(_) | Stmt::Continue(_) | Stmt::Break(_) => {}
            Stmt::ForLoop(stmt) => self.for_loop(stmt),
            Stmt::IfCond(stmt) => {
                self.expression(&stmt.expr, Guard::Truth);
                self.scoped(|walker| walker.statements(&stmt.true_body));
                self.scoped(|walker| walker.statements(&stmt.false_body));
            }
            Stmt::WithBlock(stmt) => self.scoped(|walker| {
                for (target, expr) in &stmt.assignments {
                    walker.expression(expr, Guard::None);
                    walker.target(target);
                }
                walker.statements(&stmt.body);
            }),
            Stmt::Set(stmt) => {
                self.expression(&stmt.expr, Guard::None);
                self.target(&stmt.target);
            }
            Stmt::SetBlock(stmt) => {
                stmt.filter.iter().for_each(|filter| self.expression(filter, Guard::None));
                self.scoped(|walker| walker.statements(&stmt.body));
                self.target(&stmt.target);
            }
            Stmt::AutoEscape(stmt) => self.scoped(|walker| walker.statements(&stmt.body)),
            Stmt::FilterBlock(stmt) => {
                self.expression(&stmt.filter, Guard::None);
                self.scoped(|walker| walker.statements(&stmt.body));
            }
            Stmt::Macro(stmt) => {
                self.declare(stmt.name);
                self.macro_body(stmt);
            }
            Stmt::CallBlock(stmt) => {
                self.call(&stmt.call, range_of(stmt.call.span(), self.offset));
                self.macro_body(&stmt.macro_decl);
            }
            Stmt::Do(stmt) => self.call(&stmt.call, range_of(stmt.call.span(), self.offset)),
            Stmt::Block(block) => {
                self.refuse("block", range_of(block.span(), self.offset));
            }
            Stmt::Import(stmt) => self.refuse("import", range_of(stmt.span(), self.offset)),
            Stmt::FromImport(stmt) => self.refuse("import", range_of(stmt.span(), self.offset)),
            Stmt::Extends(stmt) => self.refuse("extends", range_of(stmt.span(), self.offset)),
            Stmt::Include(stmt) => self.refuse("include", range_of(stmt.span(), self.offset)),
        }
    }

    fn refuse(&mut self, name: &'static str, range: Range<usize>) {
        self.findings.problems.push((Problem::OtherTemplates(name), range));
    }

    fn for_loop(&mut self, stmt: &ast::ForLoop<'a>) {
        self.expression(&stmt.iter, Guard::None);
        self.scoped(|walker| {
            walker.declare("loop");
            walker.target(&stmt.target);
            stmt.filter_expr.iter().for_each(|expr| walker.expression(expr, Guard::Truth));
            walker.statements(&stmt.body);
        });
        self.scoped(|walker| walker.statements(&stmt.else_body));
    }

    fn macro_body(&mut self, stmt: &ast::Macro<'a>) {
        stmt.defaults.iter().for_each(|expr| self.expression(expr, Guard::None));
        self.scoped(|walker| {
            walker.declare("caller");
            stmt.args.iter().for_each(|argument| walker.target(argument));
            walker.statements(&stmt.body);
        });
    }

    fn expression(&mut self, expr: &Expr<'a>, guard: Guard) {
        match expr {
            Expr::Const(_) => {}
            Expr::Var(_) | Expr::GetAttr(_) | Expr::GetItem(_) => self.chain(expr, guard),
            Expr::Slice(slice) => {
                self.expression(&slice.expr, Guard::None);
                let bounds = [&slice.start, &slice.stop, &slice.step];
                bounds.into_iter().flatten().for_each(|bound| self.expression(bound, Guard::None));
            }
            Expr::UnaryOp(unary) => {
                self.findings.computes |= matches!(unary.op, ast::UnaryOpKind::Neg);
                self.expression(&unary.expr, Guard::Truth);
            }
            Expr::BinOp(binary) => self.binary(binary),
            Expr::Compare(compare) => {
                self.findings.computes = true;
                self.expression(&compare.expr, Guard::None);
                compare.ops.iter().for_each(|op| self.expression(&op.expr, Guard::None));
            }
            Expr::IfExpr(choice) => {
                self.expression(&choice.test_expr, Guard::Truth);
                self.expression(&choice.true_expr, Guard::None);
                choice.false_expr.iter().for_each(|expr| self.expression(expr, Guard::None));
            }
            Expr::Filter(filter) => self.filter(filter, self.range(expr)),
            Expr::Test(test) => self.test(test, self.range(expr)),
            Expr::Call(call) => self.call(call, self.range(expr)),
            Expr::List(list) => self.all(&list.items),
            Expr::Tuple(tuple) => self.all(&tuple.items),
            Expr::Map(map) => {
                self.all(&map.keys);
                self.all(&map.values);
            }
        }
    }

    fn all(&mut self, items: &[Expr<'a>]) {
        items.iter().for_each(|item| self.expression(item, Guard::None));
    }

    fn binary(&mut self, binary: &ast::BinOp<'a>) {
        let moves = matches!(binary.op, BinOpKind::ScAnd | BinOpKind::ScOr | BinOpKind::Concat);
        self.findings.computes |= !moves;
        if matches!(binary.op, BinOpKind::Concat) {
            self.joined(&binary.left);
            self.joined(&binary.right);
        }
        let left = match binary.op {
            BinOpKind::ScAnd | BinOpKind::ScOr => Guard::Truth,
            _ => Guard::None,
        };
        self.expression(&binary.left, left);
        self.expression(&binary.right, Guard::None);
    }

    fn joined(&mut self, operand: &Expr<'a>) {
        let binds_tightly = match operand {
            Expr::Const(constant) => constant.value.as_str().is_none(),
            Expr::Var(_) | Expr::GetAttr(_) | Expr::GetItem(_) | Expr::Call(_) => true,
            Expr::Filter(_) | Expr::List(_) | Expr::Map(_) => true,
            _ => false,
        };
        if binds_tightly {
            self.findings.joined.push(operand.span().end_offset as usize + self.offset);
        }
    }

    fn filter(&mut self, filter: &ast::Filter<'a>, range: Range<usize>) {
        self.findings.computes |= !MOVING_FILTERS.contains(&filter.name);
        self.known(Callable::Filter, filter.name, &range);
        let guard = match filter.name {
            "default" | "d" => Guard::Defined,
            _ => Guard::None,
        };
        filter.expr.iter().for_each(|expr| self.expression(expr, guard));
        self.check_literal(filter);
        self.arguments(&filter.args);
    }

    /// A pattern or query written in the template is wrong now, not only when it is run.
    fn check_literal(&mut self, filter: &ast::Filter<'a>) {
        if let Some(CallArg::Pos(argument)) = filter.args.first()
            && let Expr::Const(constant) = argument
            && let Some(text) = constant.value.as_str()
            && let Some(function) = registry::find(FUNCTIONS, filter.name)
            && let Err(error) = function.check(text)
        {
            let (message, help) = explain::complaint_of(&error);
            self.findings.problems.push((Problem::Argument(message, help), self.range(argument)));
        }
    }

    fn test(&mut self, test: &ast::Test<'a>, range: Range<usize>) {
        self.findings.computes |= !MOVING_TESTS.contains(&test.name);
        self.known(Callable::Test, test.name, &range);
        let guard = match test.name {
            "defined" | "undefined" => Guard::Defined,
            _ => Guard::None,
        };
        self.expression(&test.expr, guard);
        self.arguments(&test.args);
    }

    fn call(&mut self, call: &ast::Call<'a>, range: Range<usize>) {
        match call.identify_call() {
            CallType::Function(name) => {
                self.findings.computes |= !engine::is_ours(name);
                if !self.is_own(name) {
                    self.known(Callable::Function, name, &range);
                }
            }
            CallType::Method(Expr::Var(var), method)
                if var.id == "fake" && !self.is_own("fake") =>
            {
                self.known(Callable::Fake, method, &range);
            }
            CallType::Method(base, method) => {
                self.findings.computes |= !matches!(method, "get" | "get_all" | "json");
                self.expression(base, Guard::None);
            }
            CallType::Block(_) => self.refuse("self", range),
            CallType::Object(base) => {
                self.findings.computes = true;
                self.expression(base, Guard::None);
            }
        }
        self.arguments(&call.args);
    }

    fn arguments(&mut self, args: &[CallArg<'a>]) {
        for argument in args {
            let (CallArg::Pos(expr)
            | CallArg::Kwarg(_, expr)
            | CallArg::PosSplat(expr)
            | CallArg::KwargSplat(expr)) = argument;
            self.expression(expr, Guard::None);
        }
    }

    fn known(&mut self, callable: Callable, name: &str, range: &Range<usize>) {
        if !engine::knows(callable, name) {
            self.findings
                .problems
                .push((Problem::Unknown(callable, name.to_owned()), range.clone()));
        }
    }

    /// A lookup: notes what its first links refer to, and every prefix that may be undefined.
    fn chain(&mut self, expr: &Expr<'a>, guard: Guard) {
        let mut links = Vec::new();
        let mut prefixes = vec![expr];
        let root = loop {
            let Some(inner) = prefixes.last().copied() else { return };
            match inner {
                Expr::GetAttr(attribute) => {
                    links.push(Some(attribute.name.to_owned()));
                    prefixes.push(&attribute.expr);
                }
                Expr::GetItem(item) => {
                    links.push(literal(&item.subscript_expr));
                    self.expression(&item.subscript_expr, Guard::None);
                    prefixes.push(&item.expr);
                }
                Expr::Var(var) => break var.id,
                other => return self.expression(other, Guard::None),
            }
        };
        links.reverse();
        prefixes.reverse();
        if self.is_own(root) {
            return;
        }
        self.note(root, &links, &prefixes, guard);
        if guard == Guard::Defined {
            prefixes.pop();
        }
        self.note_prefixes(root, &links, &prefixes);
    }

    fn note(&mut self, root: &str, links: &[Option<String>], prefixes: &[&Expr<'_>], guard: Guard) {
        let first = links.first().map(Option::as_ref);
        let (kind, depth) = match (root, first) {
            ("vars", Some(Some(name))) => (ReferenceKind::Variable(name.clone()), 1),
            ("vars", _) => (ReferenceKind::AnyVariable, 0),
            ("steps", Some(Some(name))) => (ReferenceKind::Step(name.clone()), 1),
            ("steps", _) => (ReferenceKind::AnyStep, 0),
            ("env", Some(Some(name))) => (ReferenceKind::Env(name.clone()), 1),
            ("env" | "session", _) => return,
            ("response", _) => (ReferenceKind::Response, 0),
            ("request", _) => (ReferenceKind::Request, 0),
            ("item", _) => (ReferenceKind::Item, 0),
            ("loop", _) => (ReferenceKind::Loop, 0),
            ("line", _) => (ReferenceKind::Line, 0),
            ("server", _) => (ReferenceKind::Server, 0),
            ("listen", Some(Some(name))) => (ReferenceKind::Listen(name.clone()), 1),
            ("listen", _) => (ReferenceKind::AnyListen, 0),
            ("mocks", Some(Some(name))) => (ReferenceKind::Mock(name.clone()), 1),
            ("mocks", _) => (ReferenceKind::AnyMock, 0),
            ("receive", Some(Some(name))) => (ReferenceKind::Listener(name.clone()), 1),
            ("receive", _) => (ReferenceKind::Listener(String::new()), 0),
            ("step", _) => (ReferenceKind::CurrentStep, 0),
            (name, _) if engine::knows(Callable::Function, name) || name == "fake" => return,
            (name, _) => (ReferenceKind::Variable(name.to_owned()), 0),
        };
        let is_last = depth == links.len();
        let is_guarded = match guard {
            Guard::None => false,
            Guard::Defined => is_last,
            Guard::Truth => is_last && matches!(kind, ReferenceKind::Env(_)),
        };
        let Some(named) = prefixes.get(depth) else { return };
        self.findings.uses.push(Use { kind, range: self.range(named), is_guarded });
    }

    fn note_prefixes(&mut self, root: &str, links: &[Option<String>], prefixes: &[&Expr<'_>]) {
        for (depth, expr) in prefixes.iter().enumerate() {
            let base = depth.checked_sub(1).and_then(|before| prefixes.get(before));
            let link = match depth.checked_sub(1) {
                None => Some(root.to_owned()),
                Some(before) => links.get(before).cloned().flatten(),
            };
            let base = base.map(|base| self.range(base));
            let chain = Chain { range: self.range(expr), base, link };
            self.findings.chains.push(chain);
        }
    }
}

/// A literal subscript's text.
fn literal(expr: &Expr<'_>) -> Option<String> {
    match expr {
        Expr::Const(constant) => Some(constant.value.to_string()),
        _ => None,
    }
}

fn range_of(span: minijinja::machinery::Span, offset: usize) -> Range<usize> {
    span.start_offset as usize + offset..span.end_offset as usize + offset
}

/// Where an expression begins: minijinja's own spans of long chains begin at their last links.
fn start(expr: &Expr<'_>) -> usize {
    let inner = match expr {
        Expr::GetAttr(attribute) => Some(&attribute.expr),
        Expr::GetItem(item) => Some(&item.expr),
        Expr::Call(call) => Some(&call.expr),
        Expr::Slice(slice) => Some(&slice.expr),
        Expr::Filter(filter) => filter.expr.as_ref(),
        Expr::Test(test) => Some(&test.expr),
        _ => None,
    };
    let own = expr.span().start_offset as usize;
    inner.map_or(own, |inner| start(inner).min(own))
}
