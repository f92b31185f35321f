//! `fake.name()` and its like: data that looks real and is not.

use super::Function;
use super::input::draw;
use crate::registry;
use crate::template::explain::complain_with_help;
use ::fake::Fake as _;
use ::fake::faker::address::en as address;
use ::fake::faker::company::en as company;
use ::fake::faker::internet::en as internet;
use ::fake::faker::job::en as job;
use ::fake::faker::lorem::en as lorem;
use ::fake::faker::name::en as name;
use ::fake::faker::phone_number::en as phone;
use ::fake::rand::SeedableRng as _;
use ::fake::rand::rngs::StdRng;
use minijinja::value::{Object, ObjectRepr};
use minijinja::{Error, State, Value as Dynamic};
use std::sync::Arc;

/// The table's row.
pub(super) const FAKE: Function = Function {
    key: "fake",
    summary: "made-up data: `fake.name()`, `email`, `username`, `phone`, `city`, `company` and more",
    example: "{{ fake.name() }}",
    register: |env| env.add_global("fake", Dynamic::from_object(Fake)),
    check: None,
};

type Make = fn(&mut StdRng) -> String;

/// Every kind. Addresses of mail and domains end in names reserved for examples (RFC 2606).
pub(in crate::template) const FAKES: &[(&str, Make)] = &[
    ("name", |random| name::Name().fake_with_rng(random)),
    ("first_name", |random| name::FirstName().fake_with_rng(random)),
    ("last_name", |random| name::LastName().fake_with_rng(random)),
    ("email", |random| internet::SafeEmail().fake_with_rng(random)),
    ("username", |random| internet::Username().fake_with_rng(random)),
    ("password", |random| internet::Password(12..20).fake_with_rng(random)),
    ("domain", |random| {
        let word: String = lorem::Word().fake_with_rng(random);
        format!("{word}.example")
    }),
    ("ipv4", |random| internet::IPv4().fake_with_rng(random)),
    ("ipv6", |random| internet::IPv6().fake_with_rng(random)),
    ("user_agent", |random| internet::UserAgent().fake_with_rng(random)),
    ("phone", |random| phone::PhoneNumber().fake_with_rng(random)),
    ("street", |random| address::StreetName().fake_with_rng(random)),
    ("city", |random| address::CityName().fake_with_rng(random)),
    ("zip_code", |random| address::ZipCode().fake_with_rng(random)),
    ("country", |random| address::CountryName().fake_with_rng(random)),
    ("country_code", |random| address::CountryCode().fake_with_rng(random)),
    ("company", |random| company::CompanyName().fake_with_rng(random)),
    ("job", |random| job::Title().fake_with_rng(random)),
    ("word", |random| lorem::Word().fake_with_rng(random)),
    ("sentence", |random| lorem::Sentence(4..10).fake_with_rng(random)),
    ("paragraph", |random| lorem::Paragraph(2..5).fake_with_rng(random)),
];

#[derive(Debug)]
struct Fake;

impl Object for Fake {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn call_method(
        self: &Arc<Self>,
        state: &mut State<'_, '_>,
        method: &str,
        _: &[Dynamic],
    ) -> Result<Dynamic, Error> {
        let Some((_, make)) = FAKES.iter().find(|(kind, _)| *kind == method) else {
            let meant = registry::suggest(FAKES.iter().map(|(kind, _)| *kind), method);
            return Err(complain_with_help(
                format!("unknown kind of fake data `{method}`"),
                meant.map(|name| format!("did you mean `{name}`?")),
            ));
        };
        let seed = draw(state, |random| random.u64(..))?;
        Ok(Dynamic::from(make(&mut StdRng::seed_from_u64(seed))))
    }
}
