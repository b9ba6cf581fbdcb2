//! A key in a hardware security module, through PKCS#11.

use super::{Signer, SignerError, Signing, Statement};
use crate::keystore::Passphrase;
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use tenor_primitives::{PublicKey, Signature};

/// The curve as `CKA_EC_PARAMS` names it: DER of the object identifier 1.3.132.0.10, secp256k1.
const SECP256K1: [u8; 7] = [0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x0a];
/// DER of an octet string of 65 bytes, and the first of an uncompressed point.
const POINT: [u8; 3] = [0x04, 65, 0x04];

/// Where a key lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pkcs11Key {
    /// The module's library.
    pub module: PathBuf,
    /// The token's label.
    pub token: String,
    /// The label of the private and of the public key.
    pub key: String,
}

/// A key in a module, open for signing. The module is asked on the thread that waits for the
/// signature.
pub struct Pkcs11Signer {
    place: Pkcs11Key,
    public_key: PublicKey,
    session: Mutex<Session>,
    private: ObjectHandle,
}

impl Pkcs11Signer {
    /// Logs in to the token and finds the key.
    ///
    /// # Errors
    /// [`SignerError::Module`] with the module's words; [`SignerError::NotInModule`] for a token or a
    /// key that is not there once, or is not of secp256k1.
    pub fn open(place: Pkcs11Key, pin: &Passphrase) -> Result<Self, SignerError> {
        let failed = |error: Error| failure(&place, &error);
        let context = Pkcs11::new(&place.module).map_err(failed)?;
        match context.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            // Another key of the same module is open in this process.
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
            Err(error) => return Err(failed(error)),
        }
        let slot = slot(&context, &place)?;
        let session = context.open_ro_session(slot).map_err(failed)?;
        match session.login(UserType::User, Some(&pin.to_pin())) {
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => {}
            Err(error) => return Err(failed(error)),
        }
        let private = only(&session, &place, ObjectClass::PRIVATE_KEY, "private")?;
        let public = only(&session, &place, ObjectClass::PUBLIC_KEY, "public")?;
        let public_key = public_key(&session, &place, public)?;
        Ok(Self { place, public_key, session: Mutex::new(session), private })
    }

    fn sign_now(&self, statement: &Statement) -> Result<Signature, SignerError> {
        let session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let signed = session.sign(&Mechanism::Ecdsa, self.private, &statement.hash().0);
        let signed = signed.map_err(|error| failure(&self.place, &error))?;
        let wrong = |reason| missing(&self.place, "a signature of 64 bytes, r then s", reason);
        Signature::from_slice(&signed)
            .and_then(|signature| signature.normalized())
            .map_err(|error| wrong(error.to_string()))
    }
}

impl Signer for Pkcs11Signer {
    fn public_key(&self) -> PublicKey {
        self.public_key
    }

    fn sign<'a>(&'a self, statement: &'a Statement) -> Signing<'a> {
        Box::pin(std::future::ready(self.sign_now(statement)))
    }
}

impl fmt::Debug for Pkcs11Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pkcs11Signer({:?}, {:?})", self.place, self.public_key)
    }
}

/// The slot of the token with the label.
fn slot(context: &Pkcs11, place: &Pkcs11Key) -> Result<Slot, SignerError> {
    let failed = |error: Error| failure(place, &error);
    let mut found = Vec::new();
    let mut labels = Vec::new();
    for slot in context.get_slots_with_initialized_token().map_err(failed)? {
        let info = context.get_token_info(slot).map_err(failed)?;
        if info.label() == place.token {
            found.push(slot);
        }
        labels.push(info.label().to_owned());
    }
    match found[..] {
        [slot] => Ok(slot),
        _ => {
            let got = if labels.is_empty() { "none".into() } else { labels.join(", ") };
            Err(missing(place, &format!("one token {:?}", place.token), got))
        }
    }
}

/// The only object of a class with the key's label.
fn only(
    session: &Session,
    place: &Pkcs11Key,
    class: ObjectClass,
    name: &str,
) -> Result<ObjectHandle, SignerError> {
    let wanted = [Attribute::Class(class), Attribute::Label(place.key.clone().into_bytes())];
    let found = session.find_objects(&wanted).map_err(|error| failure(place, &error))?;
    match found[..] {
        [object] => Ok(object),
        _ => {
            let expected = format!("one {name} key {:?}", place.key);
            Err(missing(place, &expected, found.len().to_string()))
        }
    }
}

fn public_key(
    session: &Session,
    place: &Pkcs11Key,
    public: ObjectHandle,
) -> Result<PublicKey, SignerError> {
    let wanted = [AttributeType::EcParams, AttributeType::EcPoint];
    let attributes =
        session.get_attributes(public, &wanted).map_err(|error| failure(place, &error))?;
    let (mut curve, mut point) = (None, None);
    for attribute in attributes {
        match attribute {
            Attribute::EcParams(value) => curve = Some(value),
            Attribute::EcPoint(value) => point = Some(value),
            _ => {}
        }
    }
    if curve.as_deref() != Some(&SECP256K1) {
        return Err(missing(place, "a key of secp256k1", "another curve or kind".into()));
    }
    compressed(point.as_deref().unwrap_or_default())
        .ok_or_else(|| missing(place, "an uncompressed point in DER", "another encoding".into()))
}

/// The compressed form of a point in DER.
fn compressed(der: &[u8]) -> Option<PublicKey> {
    let point: &[u8; 64] = der.strip_prefix(&POINT)?.try_into().ok()?;
    let (x, y) = point.split_at(32);
    let mut key = [0; 33];
    key[0] = if y.last()? % 2 == 0 { 2 } else { 3 };
    key[1..].copy_from_slice(x);
    Some(PublicKey(key))
}

fn failure(place: &Pkcs11Key, error: &Error) -> SignerError {
    SignerError::Module { module: place.module.clone(), reason: error.to_string() }
}

fn missing(place: &Pkcs11Key, expected: &str, got: String) -> SignerError {
    SignerError::NotInModule { module: place.module.clone(), expected: expected.into(), got }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_compressed_by_the_parity_of_y() {
        for (last, first) in [(2, 2), (3, 3)] {
            let mut der = POINT.to_vec();
            der.extend([7; 32]);
            der.extend([9; 31]);
            der.push(last);
            let key = compressed(&der).expect("a point");
            assert_eq!((key.0[0], &key.0[1..]), (first, &[7; 32][..]));
            assert_eq!(compressed(&der[1..]), None);
            assert_eq!(compressed(&[&der[..], &[0]].concat()), None);
        }
    }

    #[test]
    fn a_library_that_is_none_is_an_error_with_its_path() {
        let (token, key) = ("t".into(), "k".into());
        let place = Pkcs11Key { module: "/nowhere/libmodule.so".into(), token, key };
        let error = Pkcs11Signer::open(place, &Passphrase::new("1234".into())).expect_err("none");
        assert!(error.to_string().contains("/nowhere/libmodule.so"), "{error}");
    }
}
