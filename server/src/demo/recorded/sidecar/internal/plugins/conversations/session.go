package conversations

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// message is one line of a session file.
type message struct {
	Type      string   `json:"type"`
	SessionID string   `json:"sessionId"`
	Text      string   `json:"text"`
	Replies   []string `json:"replies,omitempty"`
}

// parseSession reads one JSON message a line.
func parseSession(r io.Reader) ([]message, error) {
	var messages []message
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		var m message
		if err := json.Unmarshal(lines.Bytes(), &m); err != nil {
			return nil, fmt.Errorf("session line %d: %w", len(messages)+1, err)
		}
		messages = append(messages, m)
	}
	return messages, lines.Err()
}

// readSession reads a session file.
//
// Fault (-leak-sessions N): the file stays open, one descriptor for each session.
func (p *Plugin) readSession(path string) error {
	file, err := os.Open(path) // leaked file
	if err != nil {
		return err
	}
	if p.LeakFiles {
		p.leaked = append(p.leaked, file)
	} else {
		defer file.Close()
	}
	p.messages, err = parseSession(file)
	return err
}

// WriteSessions fills a folder with n sessions for Load to find.
func WriteSessions(folder string, n int) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	for i := range n {
		path := filepath.Join(folder, fmt.Sprintf("session-%04d.jsonl", i))
		if err := os.WriteFile(path, sampleSession(i), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// sampleSession is a short talk about a long line.
func sampleSession(number int) []byte {
	var text bytes.Buffer
	lines := json.NewEncoder(&text)
	id := fmt.Sprintf("00000000-0000-4000-8000-%012d", number)
	for range 8 {
		lines.Encode(message{
			Type:      "assistant",
			SessionID: id,
			Text:      "The build prints one line:\n" + strings.Repeat("compile, link, test; ", 20),
			Replies:   []string{"Go on.", strings.Repeat("über naïve café ", 16)},
		})
	}
	return text.Bytes()
}
