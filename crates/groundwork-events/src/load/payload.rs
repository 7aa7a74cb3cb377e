//! What a message carries: its number, when it was due, and noise.

/// Bytes that number and time take.
pub(super) const SMALLEST: usize = 16;

/// The number of messages that open connections and belong to no run.
const OPENING: u64 = u64::MAX;

/// The value of a message, written over for each one.
pub(super) struct Payload(Vec<u8>);

impl Payload {
    /// Noise, so that nothing on the way can make it shorter. Always the same noise.
    pub(super) fn new(size: usize) -> Self {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let noise = std::iter::repeat_with(|| {
            // Marsaglia's xorshift.
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()[0]
        });
        Self(noise.take(size.max(SMALLEST)).collect())
    }

    /// The value of message `number`, due `due` nanoseconds after the start.
    pub(super) fn of(&mut self, number: u64, due: u64) -> &[u8] {
        self.0[..8].copy_from_slice(&number.to_le_bytes());
        self.0[8..SMALLEST].copy_from_slice(&due.to_le_bytes());
        &self.0
    }

    /// The value of a message that opens a connection.
    pub(super) fn opening(&mut self) -> &[u8] {
        self.of(OPENING, 0)
    }
}

/// Number and due time of a message; `None` for one that opens a connection.
pub(super) fn read(value: &[u8]) -> Option<(u64, u64)> {
    let (number, rest) = value.split_first_chunk::<8>()?;
    let due = rest.first_chunk::<8>()?;
    let number = u64::from_le_bytes(*number);
    (number != OPENING).then(|| (number, u64::from_le_bytes(*due)))
}

/// Which numbers have come.
#[derive(Default)]
pub(super) struct Seen {
    bits: Vec<u64>,
    pub(super) different: u64,
    pub(super) again: u64,
}

impl Seen {
    pub(super) fn add(&mut self, number: u64) {
        let Ok(word) = usize::try_from(number / 64) else {
            return;
        };
        if word >= self.bits.len() {
            self.bits.resize(word + 1, 0);
        }
        let bit = 1 << (number % 64);
        if self.bits[word] & bit == 0 {
            self.different += 1;
        } else {
            self.again += 1;
        }
        self.bits[word] |= bit;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_and_time_are_read_back_and_the_size_is_kept() {
        let mut payload = Payload::new(100);
        assert_eq!(payload.of(7, 12_345).len(), 100);
        assert_eq!(read(payload.of(7, 12_345)), Some((7, 12_345)));
        assert_eq!(read(payload.opening()), None);
        assert_eq!(read(b"short"), None);
    }

    #[test]
    fn a_size_that_has_no_room_for_them_is_enlarged() {
        assert_eq!(Payload::new(1).of(0, 0).len(), SMALLEST);
    }

    #[test]
    fn the_noise_does_not_repeat_itself() {
        let payload = Payload::new(4096);
        let zeros = payload.0.iter().filter(|byte| **byte == 0).count();
        assert!(zeros < 64, "{zeros} of 4096 bytes are 0");
    }

    #[test]
    fn a_number_that_comes_twice_is_counted_once() {
        let mut seen = Seen::default();
        for number in [0, 63, 64, 1000, 64] {
            seen.add(number);
        }
        assert_eq!((seen.different, seen.again), (4, 1));
    }
}
