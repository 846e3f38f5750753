//! Writes a profile's bytes in an odd way that means the same: fields in any order, repeated
//! numbers packed, unpacked or both, fields nobody knows, zeros that need not be written.

use super::dice::Dice;

/// What the fields of a message hold, as far as respelling needs to know.
struct Schema {
    messages: &'static [(u64, &'static Schema)],
    /// Repeated numbers.
    numbers: &'static [u64],
    /// Numbers that may be written twice: the last one counts.
    scalars: &'static [u64],
}

static LEAF: Schema = Schema { messages: &[], numbers: &[], scalars: &[1, 2] };
static LOCATION: Schema = Schema { messages: &[(4, &LEAF)], numbers: &[], scalars: &[1, 2, 3] };
static SAMPLE: Schema = Schema { messages: &[(3, &LEAF)], numbers: &[1, 2], scalars: &[] };
static PROFILE: Schema = Schema {
    messages: &[(1, &LEAF), (2, &SAMPLE), (3, &LEAF), (4, &LOCATION), (5, &LEAF), (11, &LEAF)],
    numbers: &[13],
    scalars: &[9, 10, 12],
};

struct Field<'a> {
    number: u64,
    /// The whole field as written.
    raw: &'a [u8],
    /// What it holds, when it has a length.
    content: Option<&'a [u8]>,
}

/// Respells a profile that prost wrote.
pub(crate) fn respell(bytes: &[u8], seed: u64) -> Vec<u8> {
    if seed == 0 {
        return bytes.to_vec();
    }
    message(bytes, &PROFILE, &mut Dice::of(seed))
}

fn message(bytes: &[u8], schema: &Schema, dice: &mut Dice) -> Vec<u8> {
    let mut pieces: Vec<(u64, Vec<u8>)> = Vec::new();
    for &number in schema.scalars {
        if dice.one_in(12) {
            pieces.push((number, vec![(number as u8) << 3, 0]));
        }
    }
    for field in fields(bytes) {
        let inner = schema.messages.iter().find(|it| it.0 == field.number);
        match (inner, field.content) {
            (Some((_, schema)), Some(content)) => {
                let content = message(content, schema, dice);
                pieces.push((field.number, with_length(field.number, &content)));
            }
            (None, Some(content)) if schema.numbers.contains(&field.number) => {
                pieces.extend(numbers(field.number, content, dice));
            }
            _ => pieces.push((field.number, field.raw.to_vec())),
        }
    }
    if dice.one_in(6) {
        pieces.push((99, unknown(dice)));
    }
    // Fields of one number keep their order; else any order means the same.
    let mut order: Vec<u64> = pieces.iter().map(|it| it.0).collect();
    match dice.below(3) {
        0 => dice.shuffle(&mut order),
        1 => order.sort_by_key(|it| std::cmp::Reverse(*it)),
        _ => {}
    }
    let mut out = Vec::new();
    for number in order {
        let at = pieces.iter().position(|it| it.0 == number).unwrap();
        out.extend(pieces.remove(at).1);
    }
    out
}

/// The numbers in one or several fields, each packed or not.
fn numbers(number: u64, packed: &[u8], dice: &mut Dice) -> Vec<(u64, Vec<u8>)> {
    let mut rest = packed;
    let mut out = Vec::new();
    let style = dice.below(3);
    while !rest.is_empty() {
        let is_single = style == 0 || style == 1 && dice.one_in(2);
        let n_packed = if is_single { 1 } else { 1 + dice.below(9) };
        let start = rest;
        for _ in 0..n_packed {
            if !rest.is_empty() {
                varint(&mut rest);
            }
        }
        let content = &start[..start.len() - rest.len()];
        let field = match is_single {
            true => [&[(number as u8) << 3], content].concat(),
            false => with_length(number, content),
        };
        out.push((number, field));
    }
    if dice.one_in(8) {
        out.push((number, with_length(number, &[])));
    }
    out
}

/// A field that `profile.proto` does not have, of each wire type.
fn unknown(dice: &mut Dice) -> Vec<u8> {
    const NUMBER: u64 = 99;
    let mut out = Vec::new();
    match dice.below(4) {
        0 => {
            put_varint(&mut out, NUMBER << 3);
            put_varint(&mut out, u64::MAX);
        }
        1 => {
            put_varint(&mut out, NUMBER << 3 | 1);
            out.extend([0xff; 8]);
        }
        2 => {
            put_varint(&mut out, NUMBER << 3 | 5);
            out.extend([0x0a; 4]);
        }
        _ => out = with_length(NUMBER, b"not \x00\xff a message"),
    }
    out
}

fn with_length(number: u64, content: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    put_varint(&mut out, number << 3 | 2);
    put_varint(&mut out, content.len() as u64);
    out.extend_from_slice(content);
    out
}

fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn fields(mut rest: &[u8]) -> Vec<Field<'_>> {
    let mut out = Vec::new();
    while !rest.is_empty() {
        let start = rest;
        let key = varint(&mut rest);
        let content = match key & 7 {
            0 => {
                varint(&mut rest);
                None
            }
            2 => {
                let len = varint(&mut rest) as usize;
                let (content, tail) = rest.split_at(len);
                rest = tail;
                Some(content)
            }
            it => panic!("prost wrote wire type {it}"),
        };
        out.push(Field { number: key >> 3, raw: &start[..start.len() - rest.len()], content });
    }
    out
}

fn varint(rest: &mut &[u8]) -> u64 {
    let mut value = 0;
    for shift in (0..).step_by(7) {
        let (&byte, tail) = rest.split_first().unwrap();
        *rest = tail;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            break;
        }
    }
    value
}
