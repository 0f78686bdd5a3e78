package config

// Alarm is who is told of what needs a person.
type Alarm struct {
	// Command is a program and its arguments, run where an alarm begins or ends; nil for
	// none. It is run as it stands, by no shell.
	Command []string
}

func (r *reader) alarmKeys(a *Alarm) *keys {
	return &keys{in: "alarm", own: "command", rows: []row{
		key("command cmd exec run program script", listInto(r, &a.Command, ref("text").says("The program, and then its arguments."), "an argument", r.text),
			"A program and its arguments, run where an alarm begins and where it ends, with the alarm as JSON on its standard input. It is found by PATH, or its path is absolute.",
			[]string{"/usr/local/bin/tell-the-desk", "--urgent"}),
	}}
}
