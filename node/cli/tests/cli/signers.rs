//! Keys that are not in the keystore: behind a signing service, in a hardware module.

use crate::dev::{Dev, TENOR};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tenor_client::keystore::dev_key;
use tenor_client::signer::{SignRequest, SignResponse};
use tenor_primitives::TransactionBody;
use tenor_testing::skipped;

/// Where Debian and others put the library.
const MODULES: [&str; 3] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
];
const PIN: &str = "4831-only-here";

/// Puts a signer into the client's settings.
fn configure(dev: &Dev, lines: &str) {
    let path = Path::new(&dev.config).join("config.toml");
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    std::fs::write(&path, text + lines).expect("writes");
}

/// Runs a command line as a person with a module and its PIN in a file.
fn run(dev: &Dev, line: &str) -> Output {
    let pin = dev.file("pin");
    std::fs::write(&pin, PIN).expect("writes");
    Command::new(TENOR)
        .args(line.split(' '))
        .env("TENOR_URL", &dev.url)
        .env("TENOR_CONFIG", &dev.config)
        .env("TENOR_PASSPHRASE_FILE", pin)
        .env("SOFTHSM2_CONF", dev.file("softhsm2.conf"))
        .stdin(Stdio::null())
        .output()
        .expect("the binary runs")
}

#[track_caller]
fn done(dev: &Dev, line: &str) -> String {
    let output = run(dev, line);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{line}: {error}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// PKCS#8 of a secret key of secp256k1, in PEM.
fn pem(secret: &[u8]) -> String {
    let begin = "303e020100301006072a8648ce3d020106052b8104000a04273025020101 0420";
    let mut der = hex::decode(begin.replace(' ', "")).expect("hex");
    der.extend_from_slice(secret);
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in der.chunks(3) {
        let number = chunk.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
        let number = number << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = usize::try_from(number >> (18 - 6 * place) & 63).expect("small");
            text.push(if place > chunk.len() { '=' } else { char::from(letters[letter]) });
        }
    }
    format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n")
}

/// A token with the operator's development key; `None`, and a word about it, without SoftHSM.
fn token(dev: &Dev) -> Option<PathBuf> {
    let module = MODULES.iter().map(PathBuf::from).find(|path| path.is_file());
    let Some(module) = module else {
        skipped("PKCS#11", "libsofthsm2.so is absent; apt-get install softhsm2");
        return None;
    };
    let tokens = dev.file("tokens");
    std::fs::create_dir(&tokens).expect("makes");
    let settings = format!("directories.tokendir = {tokens}\nobjectstore.backend = file\n");
    std::fs::write(dev.file("softhsm2.conf"), settings).expect("writes");
    let key = dev.file("operator.pem");
    std::fs::write(&key, pem(&dev_key("operator").to_bytes())).expect("writes");
    let init = ["--init-token", "--free", "--label", "vault", "--so-pin", "12345678"];
    let import = ["--import", &key, "--token", "vault", "--label", "op", "--id", "01"];
    for arguments in [&init[..], &import[..]] {
        let output = Command::new("softhsm2-util")
            .args(arguments)
            .args(["--pin", PIN])
            .env("SOFTHSM2_CONF", dev.file("softhsm2.conf"))
            .output()
            .expect("softhsm2-util runs where its library is");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
    }
    Some(module)
}

#[test]
fn a_hardware_module_signs_what_the_keystore_would() {
    let dev = Dev::start();
    let Some(module) = token(&dev) else { return };
    let module = module.display();
    let signer = |name: &str, token: &str, key: &str| {
        format!(
            "[signers.{name}]\nkind = \"pkcs11\"\nmodule = \"{module}\"\ntoken = \"{token}\"\n\
             key = \"{key}\"\n"
        )
    };
    let all = [("hsm", "vault", "op"), ("gone", "other", "op"), ("lost", "vault", "nobody")];
    configure(&dev, &all.map(|(name, token, key)| signer(name, token, key)).concat());
    let public_key = dev_key("operator").public_key().to_string();
    assert_eq!(done(&dev, "keys export-public hsm").trim(), public_key);
    done(&dev, "account create carol --with-key alice --as operator --key hsm");
    assert!(done(&dev, "account show carol").contains("carol"));
    let file = dev.file("t.json");
    done(
        &dev,
        &format!("account create dave --with-key bob --as operator --key hsm --save {file}"),
    );
    done(&dev, &format!("tx submit {file}"));
    for (key, words) in [
        ("gone", "expected one token \"other\", got vault"),
        ("lost", "expected one private key \"nobody\", got 0"),
    ] {
        let output =
            run(&dev, &format!("account create eve --with-key bob --as operator --key {key}"));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(7), "{said}");
        assert!(said.contains(words) && !said.contains(PIN), "{said}");
    }
    let listed = done(&dev, "keys list");
    assert!(listed.contains("PKCS#11 token vault, key op"), "{listed}");
}

/// A service that signs transactions with the operator's key, and nothing else, so many times.
fn serve(listener: TcpListener, times: usize) {
    for _ in 0..times {
        let (mut stream, _) = listener.accept().expect("a request");
        let (mut got, mut chunk) = (Vec::new(), [0; 4_096]);
        let request = loop {
            let read = stream.read(&mut chunk).expect("reads");
            got.extend_from_slice(&chunk[..read]);
            let text = String::from_utf8_lossy(&got);
            let body = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
            if let Ok(request) = serde_json::from_str::<SignRequest>(body) {
                break request;
            }
        };
        // It decides by what it reads, and signs the hash that it makes itself.
        let body: TransactionBody = borsh::from_slice(&request.bytes.0).expect("a transaction");
        let signature = dev_key("operator").sign(&body.hash());
        let answer = serde_json::to_string(&SignResponse { signature }).expect("encodes");
        let length = answer.len();
        write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{answer}")
            .expect("answers");
    }
}

#[test]
fn a_signing_service_signs_what_it_has_read() {
    let dev = Dev::start();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/keys/op", listener.local_addr().expect("bound"));
    let service = std::thread::spawn(move || serve(listener, 2));
    let (right, wrong) = (dev_key("operator").public_key(), dev_key("bob").public_key());
    for (name, key) in [("desk", right), ("mistaken", wrong)] {
        let lines = format!("kind = \"remote\"\nurl = \"{url}\"\npublic_key = \"{key}\"\n");
        configure(&dev, &format!("[signers.{name}]\n{lines}"));
    }
    done(&dev, "account create carol --with-key alice --as operator --key desk");
    assert!(done(&dev, "account show carol").contains("carol"));
    let output = run(&dev, "account create eve --with-key bob --as operator --key mistaken");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(7), "{said}");
    assert!(said.contains("expected a signature by"), "{said}");
    service.join().expect("served");
    let output = run(&dev, "account create eve --with-key bob --as operator --key desk");
    assert_eq!(output.status.code(), Some(7), "nobody serves any more");
}
