//! Randomness: any where none was asked for, Python's own where a seed was given.

/// A number from 0 up to, not including, 1.
pub(super) fn fraction() -> f64 {
    fastrand::f64()
}

/// Random bytes; the same for the same seed, and the ones httpbin sends for it.
pub(super) fn bytes(count: usize, seed: Option<i64>) -> Vec<u8> {
    match seed {
        None => std::iter::repeat_with(|| fastrand::u8(..)).take(count).collect(),
        Some(seed) => {
            let mut twister = Twister::seeded(seed.unsigned_abs());
            std::iter::repeat_with(|| twister.byte()).take(count).collect()
        }
    }
}

const WORDS: usize = 624;
const MIDDLE: usize = 397;

/// The Mersenne Twister as CPython's `random` seeds and uses it.
struct Twister {
    words: [u32; WORDS],
    next: usize,
}

impl Twister {
    /// `random.seed(seed)`: the seed's 32-bit words are its key.
    fn seeded(seed: u64) -> Twister {
        let (low, high) = (seed & 0xffff_ffff, seed >> 32);
        let mut key = vec![low];
        if high > 0 {
            key.push(high);
        }
        let key: Vec<u32> = key.into_iter().filter_map(|word| word.try_into().ok()).collect();
        let mut twister = Twister { words: [0; WORDS], next: WORDS };
        twister.start(19_650_218);
        twister.mix(&key);
        twister
    }

    fn word(&self, index: usize) -> u32 {
        self.words.get(index % WORDS).copied().unwrap_or(0)
    }

    fn set(&mut self, index: usize, value: u32) {
        if let Some(word) = self.words.get_mut(index % WORDS) {
            *word = value;
        }
    }

    fn start(&mut self, seed: u32) {
        self.set(0, seed);
        let mut count = 0u32;
        for index in 1..WORDS {
            count += 1;
            let previous = self.word(index - 1);
            let spread = (previous ^ (previous >> 30)).wrapping_mul(1_812_433_253);
            self.set(index, spread.wrapping_add(count));
        }
    }

    fn mix(&mut self, key: &[u32]) {
        let mut index = 1;
        for (position, &word) in key.iter().cycle().take(WORDS.max(key.len())).enumerate() {
            let place = u32::try_from(position % key.len()).unwrap_or(0);
            let mixed = self.mixed(index, 1_664_525);
            self.set(index, mixed.wrapping_add(word).wrapping_add(place));
            index = self.after(index);
        }
        for _ in 1..WORDS {
            let mixed = self.mixed(index, 1_566_083_941);
            self.set(index, mixed.wrapping_sub(u32::try_from(index).unwrap_or(0)));
            index = self.after(index);
        }
        self.set(0, 0x8000_0000);
    }

    fn mixed(&self, index: usize, factor: u32) -> u32 {
        let previous = self.word(index + WORDS - 1);
        self.word(index) ^ (previous ^ (previous >> 30)).wrapping_mul(factor)
    }

    fn after(&mut self, index: usize) -> usize {
        if index + 1 < WORDS {
            return index + 1;
        }
        let last = self.word(WORDS - 1);
        self.set(0, last);
        1
    }

    fn refill(&mut self) {
        for index in 0..WORDS {
            let joined = (self.word(index) & 0x8000_0000) | (self.word(index + 1) & 0x7fff_ffff);
            let odd = if joined & 1 == 1 { 0x9908_b0df } else { 0 };
            self.set(index, self.word(index + MIDDLE) ^ (joined >> 1) ^ odd);
        }
        self.next = 0;
    }

    fn draw(&mut self) -> u32 {
        if self.next >= WORDS {
            self.refill();
        }
        let mut word = self.word(self.next);
        self.next += 1;
        word ^= word >> 11;
        word ^= (word << 7) & 0x9d2c_5680;
        word ^= (word << 15) & 0xefc6_0000;
        word ^ (word >> 18)
    }

    /// `random.randint(0, 255)`: nine bits, drawn again until they fit.
    fn byte(&mut self) -> u8 {
        loop {
            if let Ok(byte) = u8::try_from(self.draw() >> 23) {
                return byte;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_bytes_python_gives() {
        // python3 -c "import random; random.seed(42); print([random.randint(0, 255) for _ in range(8)])"
        assert_eq!(bytes(8, Some(42)), SEED_42);
        assert_eq!(bytes(8, Some(-42)), SEED_42);
        assert_eq!(bytes(4, Some(1 << 40)), SEED_2_40);
    }

    const SEED_42: [u8; 8] = [57, 12, 140, 125, 114, 71, 52, 44];
    const SEED_2_40: [u8; 4] = [53, 180, 33, 218];
}
