//! Finding a custom section of a module without an engine: the format's outermost layer only.
//! Source: WebAssembly Core Specification 1.0, section 5.5 (modules).

const MAGIC_AND_VERSION: &[u8] = b"\0asm\x01\0\0\0";
const CUSTOM: u8 = 0;

/// The contents of the first custom section called `name`; `None` if there is none, or if the bytes
/// are not sections up to there.
pub(crate) fn custom<'a>(module: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let mut rest = module.strip_prefix(MAGIC_AND_VERSION)?;
    while let Some((id, after)) = rest.split_first() {
        let (mut section, after) = sized(after)?;
        rest = after;
        if *id == CUSTOM {
            let found;
            (found, section) = sized(section)?;
            if found == name.as_bytes() {
                return Some(section);
            }
        }
    }
    None
}

/// A length, so many bytes, and what follows them.
fn sized(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = unsigned(bytes)?;
    rest.split_at_checked(usize::try_from(length).ok()?)
}

/// An unsigned LEB128 number of at most 32 bits, and what follows it.
fn unsigned(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let mut value = 0u64;
    for (index, byte) in bytes.iter().enumerate().take(5) {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((u32::try_from(value).ok()?, &bytes[index + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(sections: &[&[u8]]) -> Vec<u8> {
        [MAGIC_AND_VERSION, &sections.concat()].concat()
    }

    #[test]
    fn the_named_section_is_found_among_others() {
        let code = module(&[&[1, 2, 0xaa, 0xbb], b"\0\x04\x01xYZ", b"\0\x07\x04spec!?"]);
        assert_eq!(custom(&code, "spec"), Some(&b"!?"[..]));
        assert_eq!(custom(&code, "x"), Some(&b"YZ"[..]));
        assert_eq!(custom(&code, "y"), None);
    }

    #[test]
    fn what_is_no_module_has_no_section() {
        assert_eq!(custom(b"", "spec"), None);
        assert_eq!(custom(b"\0asm\x02\0\0\0", "spec"), None);
        for cut in
            [&b"\0"[..], b"\0\x07", b"\0\x07\x04spe", b"\0\x02\x09s", b"\0\xff\xff\xff\xff\xff"]
        {
            assert_eq!(custom(&module(&[cut]), "spec"), None, "{cut:?}");
        }
    }
}
