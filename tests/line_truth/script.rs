//! What people do to a text, one step at a time.

use super::buffer::{Buffer, Dice, Row};
use super::oracle::same;

/// Lines that people write, many of them more than once.
const TYPED: [&str; 12] = [
    "\tif err != nil {",
    "\t\treturn err",
    "\t}",
    "",
    "\tfor i := 0; i < n; i++ {",
    "\tx := compute(a, b)",
    "\tsum += hash(b)",
    "\t// größer als 日本語 😀",
    "\tdefer mu.Unlock()",
    "\treturn nil",
    "func added() {",
    "}",
];
const WORDS: [&str; 6] = ["ctx", "größe", "0", "nil, err", "日本", "x"];

/// Does one thing to the text, and says what it was.
pub(crate) fn step(buffer: &mut Buffer, dice: &mut Dice) -> &'static str {
    if buffer.rows.len() < 20 {
        buffer.undo();
        return "undo";
    }
    let kind = dice.below(17);
    if kind == 0 {
        (0..dice.below(3) + 1).for_each(|_| buffer.undo());
        buffer.check("undo");
        return "undo";
    }
    buffer.begin();
    let row = dice.below(buffer.rows.len() - 10);
    let n_rows = if dice.one_in(10) { dice.below(9) + 1 } else { dice.below(3) + 1 };
    let form = dice.below(2);
    let name = match kind {
        1 => {
            let new = (0..n_rows).map(|_| typed(dice)).collect();
            buffer.replace_rows(row, 0, new, form);
            "insert"
        }
        2 => {
            buffer.replace_rows(row, n_rows, Vec::new(), form);
            "delete"
        }
        3 => {
            let copies = copies(&buffer.rows[row..row + n_rows]);
            buffer.replace_rows(row + n_rows, 0, copies, form);
            "duplicate"
        }
        4 => {
            let copies = copies(&buffer.rows[row..row + n_rows]);
            let to = dice.below(buffer.rows.len());
            buffer.replace_rows(to, 0, copies, form);
            "copy elsewhere"
        }
        5 => {
            let moved = buffer.rows[row..row + n_rows].to_vec();
            buffer.replace_rows(row, n_rows, Vec::new(), form);
            let to = dice.below(buffer.rows.len());
            buffer.replace_rows(to, 0, moved, dice.below(2));
            "cut and paste"
        }
        6 => {
            // Alt+Down: one change that swaps two lines.
            let mut rows = buffer.rows[row..row + n_rows + 1].to_vec();
            rows.rotate_left(1);
            let is_plain = rows.iter().all(|it| unique(buffer, it));
            if is_plain {
                buffer.replace_rows(row, rows.len(), rows, 1);
            }
            "move down"
        }
        7 | 8 => {
            edit_words(buffer, dice, row);
            "edit words"
        }
        9 => {
            let new = Row { id: buffer.rows[row].id, ..typed(dice) };
            let (start, len) = (buffer.start(row), buffer.rows[row].text.len());
            buffer.replace(start, len, &new.text);
            buffer.rows[row] = new;
            "type over a line"
        }
        10 => {
            for at in row..row + n_rows {
                let start = buffer.start(at);
                buffer.replace(start, 0, "\t");
                buffer.rows[at].text.insert(0, '\t');
            }
            "indent"
        }
        11 => {
            split(buffer, dice, row);
            "split"
        }
        12 => {
            join(buffer, row);
            "join"
        }
        13 => {
            rename(buffer, dice, row);
            "rename"
        }
        14 => {
            let crlf = buffer.line_end() == "\n";
            buffer.replace_all(crlf);
            "line ends"
        }
        15 => {
            // What formatters do: white space alone, all of the text sent again.
            for it in buffer.rows.iter_mut().filter(|it| it.text.starts_with('\t')) {
                if dice.one_in(3) {
                    it.text.insert(0, '\t');
                }
            }
            let crlf = buffer.line_end() == "\r\n";
            buffer.replace_all(crlf);
            "reformat"
        }
        _ => {
            move_function(buffer, dice);
            "move a function"
        }
    };
    buffer.check(name);
    name
}

/// Go code with other white space, as people type it; its lines stay the lines they are.
pub(super) fn untidy(text: &str, dice: &mut Dice) -> String {
    let lines = text.lines().map(|line| {
        // White space in texts and comments is not gofmt's to change; by the first column of
        // the others the oracle knows where functions begin and end.
        let is_fixed = line.starts_with("func") || line.trim_start().starts_with('}');
        if is_fixed || line.contains(['"', '`', '\'', '/', '*']) || dice.one_in(4) {
            return line.to_owned();
        }
        let line = line.trim_start_matches('\t');
        let line = [" ", "\t", "", "    "][dice.below(4)].to_owned() + line;
        match dice.below(4) {
            0 => line.replace(", ", ",").replace(" := ", ":="),
            1 => line.replace(" := ", "  :=\t").replace(" = ", "="),
            2 => line.replace(" == ", "==").replace(" {", "{"),
            _ => line + "  ",
        }
    });
    lines.flat_map(|it| [it, "\n".to_owned()]).collect()
}

fn typed(dice: &mut Dice) -> Row {
    let mut text = TYPED[dice.below(TYPED.len())].to_owned();
    if dice.one_in(2) {
        text += WORDS[dice.below(WORDS.len())];
    }
    Row::new(text)
}

fn copies(rows: &[Row]) -> Vec<Row> {
    rows.iter().map(|it| Row { id: None, also: parts(&[it]), text: it.text.clone() }).collect()
}

/// Every line that is in some rows.
fn parts(rows: &[&Row]) -> Vec<u32> {
    rows.iter().flat_map(|it| it.id.iter().chain(&it.also)).copied().collect()
}

/// Of swapped lines that look alike nobody can say which is which.
fn unique(buffer: &Buffer, row: &Row) -> bool {
    buffer.rows.iter().filter(|it| same(&it.text, &row.text)).count() == 1
}

/// Types a word somewhere, or takes some characters away, one change each.
fn edit_words(buffer: &mut Buffer, dice: &mut Dice, row: usize) {
    for _ in 0..dice.below(3) + 1 {
        let text = &buffer.rows[row].text;
        let places: Vec<usize> = text.char_indices().map(|it| it.0).chain([text.len()]).collect();
        let at = dice.below(places.len());
        let until = (at + dice.below(4)).min(places.len() - 1);
        let (from, to) = (places[at], places[until]);
        let word = WORDS[dice.below(WORDS.len())];
        let start = buffer.start(row);
        buffer.replace(start + from, to - from, word);
        buffer.rows[row].text.replace_range(from..to, word);
    }
}

/// Enter in the middle of a line: it stays what it is where the larger part of it is.
fn split(buffer: &mut Buffer, dice: &mut Dice, row: usize) {
    let text = buffer.rows[row].text.clone();
    let places: Vec<usize> = text.char_indices().map(|it| it.0).chain([text.len()]).collect();
    let at = places[dice.below(places.len())];
    let (head, tail) = text.split_at(at);
    let start = buffer.start(row);
    let end = buffer.line_end();
    buffer.replace(start + at, 0, end);
    let id = buffer.rows[row].id;
    let head_has_it = tail.trim().len() <= head.trim().len() || tail.trim().is_empty();
    // At the very end of a line, or of one without words, it is the first.
    let head_has_it = head_has_it && !(head.trim().is_empty() && at == 0 && !text.is_empty());
    let ids = if head_has_it { (id, None) } else { (None, id) };
    let also = parts(&[&buffer.rows[row]]);
    let rows = [(ids.0, head), (ids.1, tail)];
    let rows = rows.map(|(id, text)| Row { id, also: also.clone(), text: text.to_owned() });
    buffer.rows.splice(row..=row, rows);
}

/// A line end is taken away.
fn join(buffer: &mut Buffer, row: usize) {
    let (a, b) = (buffer.rows[row].clone(), buffer.rows[row + 1].clone());
    let at = buffer.start(row) + a.text.len();
    buffer.replace(at, buffer.line_end().len(), "");
    let id = if b.text.trim().len() <= a.text.trim().len() { a.id } else { b.id };
    let joined = Row { id, also: parts(&[&a, &b]), text: a.text + &b.text };
    buffer.rows.splice(row..=row + 1, [joined]);
}

/// Every line with a word gets another one.
fn rename(buffer: &mut Buffer, dice: &mut Dice, row: usize) {
    let is_word = |it: char| it.is_alphanumeric() || it == '_';
    let words: Vec<String> = (buffer.rows[row].text.split(|it| !is_word(it)))
        .filter(|it| it.len() > 3 && !"größer".contains(it))
        .map(str::to_owned)
        .collect();
    if words.is_empty() {
        return;
    }
    let word = &words[dice.below(words.len())];
    for at in (0..buffer.rows.len()).filter(|it| it.abs_diff(row) < 200).collect::<Vec<_>>() {
        while let Some(from) = buffer.rows[at].text.find(word.as_str()) {
            let start = buffer.start(at);
            let new = "größer";
            buffer.replace(start + from, word.len(), new);
            buffer.rows[at].text.replace_range(from..from + word.len(), new);
        }
    }
}

/// A whole function is cut and put above another one.
fn move_function(buffer: &mut Buffer, dice: &mut Dice) {
    let is_head = |it: &Row| it.text.starts_with("func ");
    let heads: Vec<usize> =
        (0..buffer.rows.len()).filter(|it| is_head(&buffer.rows[*it])).collect();
    if heads.len() < 3 {
        return;
    }
    let first = heads[dice.below(heads.len())];
    let Some(len) = buffer.rows[first..].iter().position(|it| it.text == "}") else { return };
    if buffer.rows[first + 1..first + len].iter().any(is_head) {
        return;
    }
    let moved = buffer.rows[first..=first + len].to_vec();
    buffer.replace_rows(first, len + 1, Vec::new(), 1);
    let heads: Vec<usize> =
        (0..buffer.rows.len()).filter(|it| is_head(&buffer.rows[*it])).collect();
    let to = heads[dice.below(heads.len())];
    buffer.replace_rows(to, 0, moved, 1);
}
