//! Lists of ascending keys, front-coded: keys of one contract and of one part of the trie begin alike.

/// The most bytes of a key that count as those of the key before.
const SHARED_MAX: usize = 255;

/// The list's stored form: for each key the number of bytes that it shares with the one before (u8), the
/// number of those that follow (u16, little-endian), and these. `None` if a key is longer than u16 says.
pub(crate) fn encode<'a>(keys: impl IntoIterator<Item = &'a [u8]>) -> Option<Vec<u8>> {
    let (mut list, mut before) = (Vec::new(), &[][..]);
    for key in keys {
        let same = before.iter().zip(key).take(SHARED_MAX).take_while(|(a, b)| a == b);
        let shared = same.count();
        list.push(u8::try_from(shared).ok()?);
        let rest = &key[shared..];
        list.extend_from_slice(&u16::try_from(rest.len()).ok()?.to_le_bytes());
        list.extend_from_slice(rest);
        before = key;
    }
    Some(list)
}

/// The keys of a list that [`encode`] made; `None` if these are other bytes.
pub(crate) fn decode(mut list: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut keys: Vec<Vec<u8>> = Vec::new();
    while let Some((shared, rest)) = list.split_first() {
        let (length, rest) = rest.split_first_chunk::<2>()?;
        let (bytes, rest) = rest.split_at_checked(usize::from(u16::from_le_bytes(*length)))?;
        let before = keys.last().map_or(&[][..], Vec::as_slice);
        let key = [before.get(..usize::from(*shared))?, bytes].concat();
        keys.push(key);
        list = rest;
    }
    Some(keys)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The stored form, byte by byte (`docs/state.md`): it may change only with the format version.
    #[test]
    fn lists_are_the_specified_bytes() {
        let keys: [&[u8]; 4] = [b"", b"abc", b"abd", b"abd!"];
        let list = [0, 0, 0, 0, 3, 0, b'a', b'b', b'c', 2, 1, 0, b'd', 3, 1, 0, b'!'];
        assert_eq!(encode(keys).as_deref(), Some(&list[..]));
        assert_eq!(decode(&list), Some(keys.map(<[u8]>::to_vec).to_vec()));
        for bad in [&list[..list.len() - 1], &list[..5], &[1, 0, 0], &[0, 9, 0, 1]] {
            assert_eq!(decode(bad), None, "{bad:?}");
        }
        assert_eq!(encode([&[7; 65_536][..]]), None);
    }

    /// Of a longer stem 255 bytes are shared, and the rest is repeated.
    #[test]
    fn no_more_than_255_bytes_are_shared() {
        let keys = [[7; 255].to_vec(), [7; 256].to_vec(), [7; 258].to_vec()];
        let (first, rest) = ([&[0, 255, 0][..], &[7; 255]].concat(), [255, 1, 0, 7, 255, 3, 0]);
        let list = [&first[..], &rest, &[7; 3]].concat();
        assert_eq!(encode(keys.iter().map(Vec::as_slice)), Some(list.clone()));
        assert_eq!(decode(&list), Some(keys.to_vec()));
    }

    proptest! {
        /// Keys with stems about as long as what can be shared, and longer.
        #[test]
        fn lists_are_read_back(
            stems in prop::collection::vec(250_usize..260, 1..4),
            ends in prop::collection::vec((any::<prop::sample::Index>(), any::<Vec<u8>>()), 0..20),
            mut keys: Vec<Vec<u8>>,
        ) {
            let stem = |index: &prop::sample::Index| vec![7; *index.get(&stems)];
            keys.extend(ends.iter().map(|(index, end)| [stem(index), end.clone()].concat()));
            keys.sort();
            let list = encode(keys.iter().map(Vec::as_slice));
            prop_assert_eq!(list.and_then(|list| decode(&list)), Some(keys));
        }
    }
}
