// Starts a thread that burns CPU until the process ends; 0, or why there is none.
int burn_on_a_thread(void);
