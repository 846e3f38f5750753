package gitstatus

// Watcher tells when the repository changes.
type Watcher struct {
	events chan struct{} // made by a start that never came
}

// Listen waits for the next change.
//
// Fault (-stuck-nil N): nobody started the watcher, so its channel is nil, and a receive from a
// nil channel waits for ever by definition.
func (w *Watcher) Listen() {
	<-w.events // nil channel line
}
