//! Keys, as PEM and as JWK (RFC 7517) have them.

use super::der::{Der, OCTET_STRING, OID};
use super::{Refusal, pem};
use crate::value::{Map, Value};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::rsa::{KeyPair as RsaKeyPair, KeyPairComponents, PublicKeyComponents};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
    KeyPair as _,
};

/// What a key is, and so which signatures it makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// Bytes that both sides know.
    Secret,
    /// RSA.
    Rsa,
    /// The curve P-256.
    P256,
    /// The curve P-384.
    P384,
    /// Ed25519.
    Ed25519,
}

impl KeyKind {
    /// What messages call such a key, with its article.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            KeyKind::Secret => "a secret",
            KeyKind::Rsa => "an RSA key",
            KeyKind::P256 => "a key on P-256",
            KeyKind::P384 => "a key on P-384",
            KeyKind::Ed25519 => "an Ed25519 key",
        }
    }
}

/// A key. Its `Debug` does not show it.
pub struct Key {
    /// What it is.
    pub kind: KeyKind,
    pub(super) material: Material,
}

/// What a key is made of.
pub(super) enum Material {
    Secret(Vec<u8>),
    Rsa(Box<RsaKeyPair>),
    Ecdsa(Box<EcdsaKeyPair>),
    Ed25519(Box<Ed25519KeyPair>),
    /// Modulus and exponent.
    RsaPublic(PublicKeyComponents<Vec<u8>>),
    /// The point of a curve.
    Public(Vec<u8>),
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Key").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Object identifiers, as DER has them.
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const RSA_PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a];
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const P384: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];

impl Key {
    /// A key as written: the text of a PEM, a mapping that is a JWK; any other text or bytes are a
    /// secret.
    ///
    /// # Errors
    /// When it is a PEM or a JWK that cannot be used.
    pub fn read(value: &Value) -> Result<Key, Refusal> {
        match value {
            Value::String(text) if text.contains("-----BEGIN ") => from_pem(text),
            Value::String(text) => Key::secret(text.as_bytes()),
            Value::Bytes(bytes) => Key::secret(bytes),
            Value::Object(members) => from_jwk(members),
            other => Err(refusal(format!(
                "a key is a text, bytes, a PEM or a JWK, found {}",
                other.kind()
            ))),
        }
    }

    /// A secret that both sides know.
    ///
    /// # Errors
    /// When it is empty.
    pub fn secret(bytes: &[u8]) -> Result<Key, Refusal> {
        match bytes.is_empty() {
            true => Err(refusal("the key is empty")),
            false => Ok(Key::new(KeyKind::Secret, Material::Secret(bytes.to_vec()))),
        }
    }

    fn new(kind: KeyKind, material: Material) -> Key {
        Key { kind, material }
    }

    /// Whether it can only say whether a signature fits.
    #[must_use]
    pub fn is_public(&self) -> bool {
        matches!(self.material, Material::RsaPublic(_) | Material::Public(_))
    }

    /// What the public half of it is; none of a secret.
    pub(super) fn public(&self) -> Option<Material> {
        Some(match &self.material {
            Material::Secret(_) => return None,
            Material::Rsa(pair) => Material::RsaPublic(pair.public().into()),
            Material::Ecdsa(pair) => Material::Public(pair.public_key().as_ref().to_vec()),
            Material::Ed25519(pair) => Material::Public(pair.public_key().as_ref().to_vec()),
            Material::RsaPublic(components) => Material::RsaPublic(components.clone()),
            Material::Public(point) => Material::Public(point.clone()),
        })
    }
}

fn refusal(message: impl Into<String>) -> Refusal {
    Refusal { message: message.into(), help: None }
}

fn unusable(what: &str) -> Refusal {
    refusal(format!("the key is not {what} that can be used"))
}

fn from_pem(text: &str) -> Result<Key, Refusal> {
    let (label, der) = pem::block(text).ok_or_else(|| refusal("the key's PEM has no end"))?;
    let key = match label {
        "PRIVATE KEY" => from_pkcs8(&der)?,
        "RSA PRIVATE KEY" => Some(rsa_pair(RsaKeyPair::from_der(&der))?),
        "EC PRIVATE KEY" => from_sec1(&der, None)?,
        "PUBLIC KEY" => from_spki(Der(&der)),
        "RSA PUBLIC KEY" => rsa_public(&der),
        "CERTIFICATE" => from_certificate(&der),
        "ENCRYPTED PRIVATE KEY" => {
            let help = "write it without one: `openssl pkey -in key.pem -out plain.pem`";
            return Err(Refusal { help: Some(help), ..refusal("the key has a password") });
        }
        other => return Err(refusal(format!("a PEM of `{other}` is no key"))),
    };
    key.ok_or_else(|| unusable("an RSA key, a key on P-256 or P-384, or an Ed25519 key"))
}

/// RFC 5958: an algorithm and, in an octet string, its own form of key.
fn from_pkcs8(der: &[u8]) -> Result<Option<Key>, Refusal> {
    let read = || {
        let mut outer = Der(der).sequence()?;
        outer.integer()?;
        let mut algorithm = outer.sequence()?;
        Some((algorithm.take(OID)?, algorithm, outer.take(OCTET_STRING)?))
    };
    let Some((oid, parameters, inner)) = read() else { return Ok(None) };
    match oid {
        RSA | RSA_PSS => rsa_pair(RsaKeyPair::from_der(inner)).map(Some),
        EC => from_sec1(inner, parameters.find(OID)),
        ED25519 => {
            let seed = Der(inner).take(OCTET_STRING).unwrap_or_default();
            let pair = Ed25519KeyPair::from_seed_unchecked(seed);
            let pair = pair.map_err(|_| unusable(KeyKind::Ed25519.name()))?;
            Ok(Some(Key::new(KeyKind::Ed25519, Material::Ed25519(Box::new(pair)))))
        }
        _ => Ok(None),
    }
}

fn rsa_pair(pair: Result<RsaKeyPair, ring::error::KeyRejected>) -> Result<Key, Refusal> {
    let pair = pair.map_err(|error| match error.to_string().as_str() {
        "TooSmall" => refusal("the RSA key has less than 2048 bits"),
        why => refusal(format!("the RSA key cannot be used: {why}")),
    })?;
    Ok(Key::new(KeyKind::Rsa, Material::Rsa(Box::new(pair))))
}

/// RFC 5915: the number, and beside it the curve and the point.
fn from_sec1(der: &[u8], curve: Option<&[u8]>) -> Result<Option<Key>, Refusal> {
    const CURVE: u8 = 0xa0;
    const POINT: u8 = 0xa1;
    let read = || {
        let mut outer = Der(der).sequence()?;
        outer.integer()?;
        Some((outer.take(OCTET_STRING)?, outer))
    };
    let Some((number, rest)) = read() else { return Ok(None) };
    let own = rest.find(CURVE).and_then(|content| Der(content).take(OID));
    let Some(kind) = own.or(curve).and_then(curve_of) else { return Ok(None) };
    let point = rest.find(POINT).and_then(|content| Der(content).bits());
    let Some(point) = point else {
        return Err(refusal("the key lacks its public half, which OpenSSL writes beside it"));
    };
    ec_pair(kind, number, point).map(Some)
}

fn curve_of(oid: &[u8]) -> Option<KeyKind> {
    match oid {
        P256 => Some(KeyKind::P256),
        P384 => Some(KeyKind::P384),
        _ => None,
    }
}

fn ec_pair(kind: KeyKind, number: &[u8], point: &[u8]) -> Result<Key, Refusal> {
    let algorithm = match kind {
        KeyKind::P384 => &ECDSA_P384_SHA384_FIXED_SIGNING,
        _ => &ECDSA_P256_SHA256_FIXED_SIGNING,
    };
    let random = SystemRandom::new();
    EcdsaKeyPair::from_private_key_and_public_key(algorithm, number, point, &random)
        .map(|pair| Key::new(kind, Material::Ecdsa(Box::new(pair))))
        .map_err(|_| unusable(kind.name()))
}

/// A `SubjectPublicKeyInfo` (RFC 5280).
fn from_spki(mut der: Der<'_>) -> Option<Key> {
    let mut outer = der.sequence()?;
    let mut algorithm = outer.sequence()?;
    let oid = algorithm.take(OID)?;
    let bits = outer.bits()?;
    match oid {
        RSA | RSA_PSS => rsa_public(bits),
        EC => {
            let kind = curve_of(algorithm.find(OID)?)?;
            Some(Key::new(kind, Material::Public(bits.to_vec())))
        }
        ED25519 => Some(Key::new(KeyKind::Ed25519, Material::Public(bits.to_vec()))),
        _ => None,
    }
}

fn rsa_public(der: &[u8]) -> Option<Key> {
    let mut outer = Der(der).sequence()?;
    let (n, e) = (outer.integer()?.to_vec(), outer.integer()?.to_vec());
    Some(Key::new(KeyKind::Rsa, Material::RsaPublic(PublicKeyComponents { n, e })))
}

/// The key a certificate is about: the only value of its fields that is a `SubjectPublicKeyInfo`.
fn from_certificate(der: &[u8]) -> Option<Key> {
    let mut fields = Der(der).sequence()?.sequence()?;
    while !fields.0.is_empty() {
        let here = fields;
        fields.next()?;
        if let Some(key) = from_spki(here) {
            return Some(key);
        }
    }
    None
}

/// RFC 7518 section 6, RFC 8037 section 2.
fn from_jwk(members: &Map) -> Result<Key, Refusal> {
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    let bytes = |name: &str| -> Result<Vec<u8>, Refusal> {
        let decoded = text(name).and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
        decoded.ok_or_else(|| refusal(format!("the JWK has no `{name}` in base64url")))
    };
    let point = || -> Result<Vec<u8>, Refusal> { Ok([vec![4], bytes("x")?, bytes("y")?].concat()) };
    let has_private = members.contains_key("d");
    match (text("kty"), text("crv")) {
        (Some("oct"), _) => Key::secret(&bytes("k")?),
        (Some("RSA"), _) => {
            let public_key = PublicKeyComponents { n: bytes("n")?, e: bytes("e")? };
            if !has_private {
                return Ok(Key::new(KeyKind::Rsa, Material::RsaPublic(public_key)));
            }
            rsa_pair(RsaKeyPair::from_components(&KeyPairComponents {
                public_key,
                d: bytes("d")?,
                p: bytes("p")?,
                q: bytes("q")?,
                dP: bytes("dp")?,
                dQ: bytes("dq")?,
                qInv: bytes("qi")?,
            }))
        }
        (Some("EC"), Some(curve @ ("P-256" | "P-384"))) => {
            let kind = if curve == "P-256" { KeyKind::P256 } else { KeyKind::P384 };
            match has_private {
                true => ec_pair(kind, &bytes("d")?, &point()?),
                false => Ok(Key::new(kind, Material::Public(point()?))),
            }
        }
        (Some("OKP"), Some("Ed25519")) if has_private => {
            Ed25519KeyPair::from_seed_and_public_key(&bytes("d")?, &bytes("x")?)
                .map(|pair| Key::new(KeyKind::Ed25519, Material::Ed25519(Box::new(pair))))
                .map_err(|_| unusable(KeyKind::Ed25519.name()))
        }
        (Some("OKP"), Some("Ed25519")) => {
            Ok(Key::new(KeyKind::Ed25519, Material::Public(bytes("x")?)))
        }
        (None, _) => Err(refusal("the key is a mapping without `kty`, so it is no JWK")),
        (Some(kind), curve) => {
            let curve = curve.map(|curve| format!(" on `{curve}`")).unwrap_or_default();
            Err(refusal(format!("a JWK of `{kind}`{curve} cannot be used")))
        }
    }
}
