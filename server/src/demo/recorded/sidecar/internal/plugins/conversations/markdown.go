package conversations

import (
	"strings"
	"unicode/utf8"
)

// block is a piece of Markdown; a quote or a list has blocks of its own.
type block struct {
	text     string
	children []block
}

// renderMarkdown turns blocks into rows that fit a pane of the given width.
func renderMarkdown(blocks []block, width int) []string {
	var rows []string
	for _, b := range blocks {
		lines := strings.Split(b.text, "\n")
		rows = append(rows, mapEach(lines, func(line string) string {
			return truncateLine(line, width)
		})...)
		inner := renderMarkdown(b.children, width-2)
		rows = append(rows, mapEach(inner, quote)...)
	}
	return rows
}

// truncateLine cuts a line to the width of the pane.
//
// Fault (-hot): it measures the whole line again for every rune that it drops, so a line costs
// its length squared. Counting up to the width would do.
func truncateLine(line string, width int) string {
	for displayWidth(line) > width { // hot line
		_, size := utf8.DecodeLastRuneInString(line)
		line = line[:len(line)-size]
	}
	return line
}

// displayWidth is the number of terminal cells that s takes.
func displayWidth(s string) int {
	cells := 0
	for _, r := range s {
		cells += runeWidth(r)
	}
	return cells
}

func runeWidth(r rune) int {
	switch {
	case r < 0x20:
		return 0
	case r < 0x1100:
		return 1
	default:
		return 2
	}
}

func quote(row string) string {
	return "│ " + row
}

func mapEach[T, U any](items []T, f func(T) U) []U {
	mapped := make([]U, len(items))
	for i, item := range items {
		mapped[i] = f(item)
	}
	return mapped
}
