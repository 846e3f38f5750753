// Package conversations shows what was said in a session.
package conversations

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime/pprof"
)

const paneWidth = 80

// Plugin draws the messages of one session.
type Plugin struct {
	Hot       bool // draw without pause
	LeakFiles bool // leave session files open

	session  []byte
	messages []message
	leaked   []*os.File
	rows     []string
}

// Load reads the sessions in a folder; without a folder there is a sample to show.
func (p *Plugin) Load(folder string) error {
	p.session = sampleSession(0)
	paths, err := filepath.Glob(filepath.Join(folder, "*.jsonl"))
	if err != nil || folder == "" {
		return err
	}
	for _, path := range paths {
		if err := p.readSession(path); err != nil {
			return err
		}
	}
	return nil
}

// Draw draws once and rests until ctx ends.
//
// Fault (-hot): it draws again at once, although nothing changed.
func (p *Plugin) Draw(ctx context.Context) {
	labels := pprof.Labels("plugin", "conversations")
	pprof.Do(ctx, labels, func(ctx context.Context) {
		p.drawFrame()
		for p.Hot && ctx.Err() == nil {
			p.drawFrame()
		}
		<-ctx.Done()
	})
}

func (p *Plugin) drawFrame() {
	messages, err := parseSession(bytes.NewReader(p.session))
	if err != nil {
		p.rows = []string{err.Error()}
		return
	}
	p.rows = renderMarkdown(mapEach(messages, message.block), paneWidth)
}

// block is the message as Markdown: its text, with the replies quoted below.
func (m message) block() block {
	replies := mapEach(m.Replies, func(text string) block {
		return block{text: text}
	})
	return block{text: m.Text, children: replies}
}
