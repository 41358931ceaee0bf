//! Coded data bit by bit, and the Huffman codes in it (ITU-T T.81, annexes C and F).

use crate::media::error::Fault;

/// Reads bits, takes out stuffed zeros, and stops at a marker. Past the end it gives zeros; [`Bits::overrun`] tells.
pub(super) struct Bits<'a> {
    data: &'a [u8],
    at: usize,
    window: u64,
    /// How many bits of the window are filled, from the top.
    filled: u32,
    /// How many bits were made up after the data's end.
    made_up: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self {
            data,
            at: 0,
            window: 0,
            filled: 0,
            made_up: 0,
        }
    }

    /// Makes sure that at least 32 bits can be taken.
    #[inline]
    fn fill(&mut self) {
        while self.filled <= 56 {
            let byte = match self.data.get(self.at) {
                Some(0xFF) if self.data.get(self.at + 1) == Some(&0) => {
                    self.at += 2;
                    0xFF
                }
                None | Some(0xFF) => {
                    self.made_up += 8;
                    0
                }
                Some(&byte) => {
                    self.at += 1;
                    byte
                }
            };
            self.window |= u64::from(byte) << (56 - self.filled);
            self.filled += 8;
        }
    }

    /// Whether bits were taken that the data does not have.
    #[inline]
    pub(super) fn overrun(&self) -> bool {
        self.made_up > self.filled
    }

    /// The next 16 bits, and at least 16 more behind them.
    #[inline]
    fn peek(&mut self) -> u16 {
        if self.filled < 32 {
            self.fill();
        }
        (self.window >> 48) as u16
    }

    #[inline]
    fn skip(&mut self, count: u32) {
        self.window <<= count & 63;
        self.filled = self.filled.saturating_sub(count);
    }

    /// Up to 16 bits as a number.
    #[inline]
    pub(super) fn take(&mut self, count: u32) -> u32 {
        if count == 0 {
            return 0;
        }
        let bits = u32::from(self.peek()) >> (16 - count.min(16));
        self.skip(count);
        bits
    }

    #[inline]
    pub(super) fn flag(&mut self) -> bool {
        self.take(1) == 1
    }

    /// A value of `size` bits, 0 to 15, where a leading zero means negative (T.81, F.2.2.1).
    #[inline]
    pub(super) fn signed(&mut self, size: u32) -> i32 {
        let bits = self.take(size).cast_signed();
        if size == 0 || bits >= 1 << (size - 1) {
            bits
        } else {
            bits - (1 << size) + 1
        }
    }

    /// Goes behind the next restart marker, which must be the one with this number (0 to 7).
    pub(super) fn restart(&mut self, number: u8) -> Result<(), Fault> {
        let tail = self.data.get(self.at..).unwrap_or_default();
        let marker = tail
            .windows(2)
            .position(|pair| matches!(pair, [0xFF, 0xD0..=0xD7]))
            .ok_or(Fault::Damaged)?;
        if tail.get(marker + 1) != Some(&(0xD0 | number)) {
            return Err(Fault::Damaged);
        }
        *self = Self::new(tail.get(marker + 2..).unwrap_or_default());
        Ok(())
    }
}

/// Codes up to this length are looked up at once.
const SHORT: u32 = 9;

/// A Huffman table, ready for decoding.
#[derive(Debug, Clone)]
pub(super) struct Huffman {
    /// By the next nine bits: length and symbol of a short code, else zero.
    short: Vec<u16>,
    /// For each length: the first 16-bit window that belongs to no code of this length or shorter.
    ends: [u32; 17],
    /// For each length: what is added to a code to get its place among the symbols.
    places: [i32; 17],
    symbols: Vec<u8>,
}

impl Huffman {
    /// The number of codes of each length from 1 to 16, and the symbols in the codes' order.
    pub(super) fn new(counts: &[u8; 16], symbols: &[u8]) -> Result<Self, Fault> {
        let mut table = Self {
            short: vec![0; 1 << SHORT],
            ends: [0; 17],
            places: [0; 17],
            symbols: symbols.to_vec(),
        };
        let (mut code, mut place) = (0_u32, 0_usize);
        let lengths = table.ends.iter_mut().zip(&mut table.places).skip(1);
        for ((length, &count), (end, offset)) in (1_u32..).zip(counts).zip(lengths) {
            *offset = i32::try_from(place).unwrap_or(0) - code.cast_signed();
            for _ in 0..count {
                let &symbol = symbols.get(place).ok_or(Fault::Damaged)?;
                if length <= SHORT {
                    let first = (code << (SHORT - length)) as usize;
                    let entries = table.short.get_mut(first..first + (1 << (SHORT - length)));
                    entries
                        .ok_or(Fault::Damaged)?
                        .fill((length as u16) << 8 | u16::from(symbol));
                }
                code += 1;
                place += 1;
            }
            if code > 1 << length {
                return Err(Fault::Damaged);
            }
            *end = code << (16 - length);
            code <<= 1;
        }
        Ok(table)
    }

    /// The next symbol.
    #[inline]
    pub(super) fn symbol(&self, bits: &mut Bits<'_>) -> Result<u8, Fault> {
        let window = bits.peek();
        let entry = self
            .short
            .get(usize::from(window >> (16 - SHORT)))
            .copied()
            .unwrap_or(0);
        if entry != 0 {
            bits.skip(u32::from(entry >> 8));
            return Ok((entry & 0xFF) as u8);
        }
        self.long(bits, u32::from(window))
    }

    #[cold]
    fn long(&self, bits: &mut Bits<'_>, window: u32) -> Result<u8, Fault> {
        for (length, (&end, &place)) in (0_u32..)
            .zip(self.ends.iter().zip(&self.places))
            .skip(SHORT as usize + 1)
        {
            if window < end {
                bits.skip(length);
                let code = (window >> (16 - length)).cast_signed();
                let symbol = usize::try_from(code + place).ok().and_then(|at| self.symbols.get(at));
                return symbol.copied().ok_or(Fault::Damaged);
            }
        }
        Err(Fault::Damaged)
    }
}

/// The tables that the file has given so far.
#[derive(Default)]
pub(super) struct Tables {
    pub(super) dc: [Option<Huffman>; 4],
    pub(super) ac: [Option<Huffman>; 4],
    /// In the order of the file, which is zigzag.
    pub(super) quant: [Option<[u16; 64]>; 4],
    /// Units from one restart marker to the next; 0: there are none.
    pub(super) restart: usize,
}

impl Tables {
    /// Reads a `DHT` segment.
    pub(super) fn huffman(&mut self, mut body: &[u8]) -> Result<(), Fault> {
        while let Some((&which, rest)) = body.split_first() {
            let (counts, rest) = rest.split_first_chunk::<16>().ok_or(Fault::Damaged)?;
            let total = counts.iter().map(|&count| usize::from(count)).sum();
            let (symbols, rest) = rest.split_at_checked(total).ok_or(Fault::Damaged)?;
            let table = Huffman::new(counts, symbols)?;
            let kind = if which >> 4 == 0 { &mut self.dc } else { &mut self.ac };
            *kind.get_mut(usize::from(which & 15)).ok_or(Fault::Damaged)? = Some(table);
            body = rest;
        }
        Ok(())
    }

    /// Reads a `DQT` segment.
    pub(super) fn quantisation(&mut self, mut body: &[u8]) -> Result<(), Fault> {
        while let Some((&which, rest)) = body.split_first() {
            let wide = which >> 4 != 0;
            let (values, rest) = rest
                .split_at_checked(if wide { 128 } else { 64 })
                .ok_or(Fault::Damaged)?;
            let mut table = [0; 64];
            if wide {
                for (to, pair) in table.iter_mut().zip(values.as_chunks::<2>().0) {
                    *to = u16::from_be_bytes(*pair);
                }
            } else {
                for (to, &value) in table.iter_mut().zip(values) {
                    *to = u16::from(value);
                }
            }
            *self.quant.get_mut(usize::from(which & 15)).ok_or(Fault::Damaged)? = Some(table);
            body = rest;
        }
        Ok(())
    }
}
